// Measures what command_benchmark.cpp measures, from an independent host: libmbim on the kernel's
// driver, without mbim-proxy.

#include <libmbim-glib.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr guint kTimeout = 30;  ///< seconds for one command

struct Benchmark {
  GMainLoop* loop = g_main_loop_new(nullptr, FALSE);
  MbimDevice* device = nullptr;
  unsigned left = 0;
  Clock::time_point begin;
  std::vector<double> times;  ///< microseconds
};

[[noreturn]] void Fail(const char* what, const GError* error) {
  std::fprintf(stderr, "libmbim-command-benchmark: %s: %s\n", what,
               error ? error->message : "unknown reason");
  std::exit(1);
}

void OnAnswer(GObject* source, GAsyncResult* result, gpointer data);

void Ask(Benchmark& benchmark) {
  GError* error = nullptr;
  benchmark.begin = Clock::now();
  MbimMessage* query = mbim_message_device_caps_query_new(&error);
  if (!query) Fail("cannot make the query", error);
  mbim_device_command(benchmark.device, query, kTimeout, nullptr, OnAnswer, &benchmark);
  mbim_message_unref(query);
}

void OnAnswer(GObject* source, GAsyncResult* result, gpointer data) {
  auto& benchmark = *static_cast<Benchmark*>(data);
  GError* error = nullptr;
  MbimMessage* answer = mbim_device_command_finish(MBIM_DEVICE(source), result, &error);
  if (!answer ||
      !mbim_message_response_get_result(answer, MBIM_MESSAGE_TYPE_COMMAND_DONE, &error)) {
    Fail("the modem refuses a command", error);
  }
  mbim_message_unref(answer);
  benchmark.times.push_back(
      std::chrono::duration<double, std::micro>(Clock::now() - benchmark.begin).count());
  if (--benchmark.left > 0) {
    Ask(benchmark);
    return;
  }
  mbim_device_close(
      benchmark.device, kTimeout, nullptr,
      [](GObject*, GAsyncResult*, gpointer to) {
        g_main_loop_quit(static_cast<Benchmark*>(to)->loop);
      },
      data);
}

void OnOpen(GObject* source, GAsyncResult* result, gpointer data) {
  GError* error = nullptr;
  if (!mbim_device_open_full_finish(MBIM_DEVICE(source), result, &error)) {
    Fail("cannot open the modem", error);
  }
  Ask(*static_cast<Benchmark*>(data));
}

void OnNew(GObject*, GAsyncResult* result, gpointer data) {
  auto& benchmark = *static_cast<Benchmark*>(data);
  GError* error = nullptr;
  benchmark.device = mbim_device_new_finish(result, &error);
  if (!benchmark.device) Fail("no device", error);
  mbim_device_open_full(benchmark.device, MBIM_DEVICE_OPEN_FLAGS_NONE, kTimeout, nullptr, OnOpen,
                        data);
}

}  // namespace

int main(int argc, char** argv) {
  Benchmark benchmark;
  benchmark.left = argc == 3 ? static_cast<unsigned>(std::atoi(argv[2])) : 0;
  if (benchmark.left == 0) {
    std::fprintf(stderr,
                 "usage: %s DEVICE COUNT\n"
                 "Asks DEVICE (/dev/cdc-wdm0) COUNT times for DEVICE_CAPS, one command at a time;\n"
                 "prints the microseconds of each command as a JSON array.\n",
                 argv[0]);
    return 2;
  }
  GFile* file = g_file_new_for_path(argv[1]);
  mbim_device_new(file, nullptr, OnNew, &benchmark);
  g_main_loop_run(benchmark.loop);
  const char* separator = "[";
  for (const double time : benchmark.times) {
    std::printf("%s%.1f", separator, time);
    separator = ", ";
  }
  std::puts("]");
  g_object_unref(file);
  g_object_unref(benchmark.device);
  g_main_loop_unref(benchmark.loop);
}
