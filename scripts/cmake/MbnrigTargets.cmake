# The functions with which a folder of mbnrig declares its targets. Warnings are errors everywhere.

add_library(mbnrig_options INTERFACE)
target_compile_options(mbnrig_options INTERFACE
  -Wall -Wextra -Wshadow -Werror
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Woverloaded-virtual>)
if(CMAKE_UNITY_BUILD)
  # g++ takes the sources of a unity build for headers, where an unnamed namespace is a mistake.
  target_compile_options(mbnrig_options INTERFACE
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>)
endif()
if(MBNRIG_SANITIZE STREQUAL "address")
  target_compile_options(mbnrig_options INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
    # With ASan, GCC 12 warns wrongly of uninitialised members in std::variant and std::regex.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(mbnrig_options INTERFACE -fsanitize=address,undefined)
elseif(MBNRIG_SANITIZE STREQUAL "thread")
  target_compile_options(mbnrig_options INTERFACE -fsanitize=thread -fno-omit-frame-pointer)
  target_link_options(mbnrig_options INTERFACE -fsanitize=thread)
elseif(MBNRIG_SANITIZE)
  message(FATAL_ERROR "MBNRIG_SANITIZE=${MBNRIG_SANITIZE}: expected address or thread")
endif()
if(MBNRIG_FIRMWARE)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)  # 6% smaller
  target_compile_options(mbnrig_options INTERFACE -ffunction-sections -fdata-sections)
  target_link_options(mbnrig_options INTERFACE -static -no-pie -Wl,--gc-sections)
endif()
if(MBNRIG_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "MBNRIG_FUZZ needs clang, which has libFuzzer; preset asan-ubsan uses it")
  endif()
  target_compile_options(mbnrig_options INTERFACE -fsanitize=fuzzer-no-link)
  add_custom_target(fuzzers)
endif()
target_include_directories(mbnrig_options INTERFACE
  ${CMAKE_SOURCE_DIR}/gadget ${CMAKE_SOURCE_DIR}/host ${CMAKE_SOURCE_DIR}/host/include
  ${CMAKE_SOURCE_DIR}/conformance)
find_package(Threads REQUIRED)
target_link_libraries(mbnrig_options INTERFACE Threads::Threads)

# The options for tests and suites. These are most of the compiled code, and optimising them takes as long
# as everything else, but does not make the code under test faster. With g++ a test takes 16 s at -O2 -g, 9 s
# at -O1 -g1 and 8 s at -O0.
add_library(mbnrig_test_options INTERFACE)
target_link_libraries(mbnrig_test_options INTERFACE mbnrig_options)
if(MBNRIG_SANITIZE)
  target_compile_options(mbnrig_test_options INTERFACE -O0)
else()
  target_compile_options(mbnrig_test_options INTERFACE $<$<CONFIG:RelWithDebInfo>:-O1;-g1>)
endif()

# mbnrig_library(NAME <target> SOURCES ... [PUBLIC_DEPS ...] [PRIVATE_DEPS ...])
function(mbnrig_library)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;PUBLIC_DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(${ARG_NAME} STATIC ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PUBLIC mbnrig_options ${ARG_PUBLIC_DEPS} PRIVATE ${ARG_PRIVATE_DEPS})
endfunction()

# mbnrig_executable(NAME <target> SOURCES ... [DEPS ...])
function(mbnrig_executable)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE mbnrig_options ${ARG_DEPS})
endfunction()

# mbnrig_define_path(<name> <path> <sources>...): defines the macro <name> for the sources that use it.
# Other sources do not get it: with an absolute path in its command line, the compiler cache could not serve
# another clone. If a source begins to use the macro, run cmake again.
function(mbnrig_define_path name path)
  foreach(source ${ARGN})
    get_filename_component(file ${source} ABSOLUTE)
    file(STRINGS ${file} uses REGEX "${name}" LIMIT_COUNT 1)
    if(uses)
      set_property(SOURCE ${source} APPEND PROPERTY COMPILE_DEFINITIONS "${name}=\"${path}\"")
    endif()
  endforeach()
endfunction()

# mbnrig_test(NAME <target> SOURCES ... [DEPS ...]): a Google Test program whose tests ctest lists one by one.
function(mbnrig_test)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  add_executable(${ARG_NAME} ${ARG_SOURCES})
  target_link_libraries(${ARG_NAME} PRIVATE mbnrig_test_options ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  mbnrig_define_path(MBNRIG_SOURCE_DIR ${CMAKE_SOURCE_DIR} ${ARG_SOURCES})
  # Values of parameters are not used as names: some are addresses, which differ from build to build.
  gtest_discover_tests(${ARG_NAME} TEST_PREFIX ${ARG_NAME}. DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES
                       PROPERTIES TIMEOUT 120)
endfunction()

# mbnrig_fuzzer(NAME <name> SOURCES ... [DEPS ...]): a fuzz target (gadget/mbim/testing/fuzz.h): the test
# fuzz_<name>_test of its seeds and of the inputs in fixtures/fuzz/<name>, and with MBNRIG_FUZZ the
# program fuzz-<name>, part of target `fuzzers`.
function(mbnrig_fuzzer)
  cmake_parse_arguments(ARG "" "NAME" "SOURCES;DEPS" ${ARGN})
  add_library(fuzz_${ARG_NAME} OBJECT ${ARG_SOURCES})
  target_link_libraries(fuzz_${ARG_NAME} PUBLIC mbnrig_options mbnrig_mbim ${ARG_DEPS})
  mbnrig_test(NAME fuzz_${ARG_NAME}_test SOURCES ${CMAKE_SOURCE_DIR}/scripts/cmake/fuzz_inputs_test.cpp
    DEPS fuzz_${ARG_NAME} mbnrig_trace_reader GTest::gtest)
  target_compile_definitions(fuzz_${ARG_NAME}_test PRIVATE
    MBNRIG_FUZZ_INPUTS="${CMAKE_SOURCE_DIR}/fixtures/fuzz/${ARG_NAME}")
  if(MBNRIG_FUZZ)
    mbnrig_executable(NAME fuzz-${ARG_NAME} DEPS fuzz_${ARG_NAME})
    set_target_properties(fuzz-${ARG_NAME} PROPERTIES LINKER_LANGUAGE CXX)
    target_link_options(fuzz-${ARG_NAME} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzzers fuzz-${ARG_NAME})
  endif()
endfunction()
