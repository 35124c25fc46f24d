#include "mbim/testing/samples.h"

#include "mbim/codec_impl.h"
#include "mbim/form.h"

namespace mbnrig::mbim::testing {
namespace {

template <class... T>
constexpr auto FormsOf(::testing::Types<T...>) {
  return std::array<const Form*, sizeof...(T)>{&kFormOf<T>...};
}
constexpr auto kForms = FormsOf(Samples{});

}  // namespace

std::span<const Form* const> SampleForms() {
  return kForms;
}

}  // namespace mbnrig::mbim::testing
