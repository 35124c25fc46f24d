#include "com/facet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mbnapi.h>

#include <array>
#include <new>

#include "com/testing/codes.h"

namespace mbnrig::com {
namespace {

using testing::HasCode;

// Each interface below is a separate class. The tests call IMbnPinManager::GetPinState and both
// ScanNetwork methods.
int g_facets_alive = 0;

struct Numbers {
  ULONG interface_request = 0;
  ULONG carrier_request = 0;
  bool throws = false;
};

class InterfaceFacet final : public Facet<IMbnInterface> {
 public:
  explicit InterfaceFacet(const Numbers& numbers) : numbers_(numbers) { ++g_facets_alive; }
  ~InterfaceFacet() { --g_facets_alive; }
  HRESULT STDMETHODCALLTYPE get_InterfaceID(BSTR*) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE GetInterfaceCapability(MBN_INTERFACE_CAPS*) override {
    return E_NOTIMPL;
  }
  HRESULT STDMETHODCALLTYPE GetSubscriberInformation(IMbnSubscriberInformation**) override {
    return E_NOTIMPL;
  }
  HRESULT STDMETHODCALLTYPE GetReadyState(MBN_READY_STATE*) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE InEmergencyMode(VARIANT_BOOL*) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE GetHomeProvider(MBN_PROVIDER*) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE GetPreferredProviders(SAFEARRAY**) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE SetPreferredProviders(SAFEARRAY*, ULONG*) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE GetVisibleProviders(ULONG*, SAFEARRAY**) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE ScanNetwork(ULONG* request) override {
    *request = numbers_.interface_request;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetConnection(IMbnConnection**) override { return E_NOTIMPL; }

 private:
  const Numbers numbers_;
};

class CarrierFacet final : public Facet<IMbnMultiCarrier> {
 public:
  explicit CarrierFacet(const Numbers& numbers) : numbers_(numbers) {
    if (numbers.throws) throw std::bad_alloc();
    ++g_facets_alive;
  }
  ~CarrierFacet() { --g_facets_alive; }
  HRESULT STDMETHODCALLTYPE SetHomeProvider(MBN_PROVIDER2*, ULONG*) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE GetPreferredProviders(SAFEARRAY**) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE GetVisibleProviders(ULONG*, SAFEARRAY**) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE GetSupportedCellularClasses(SAFEARRAY**) override { return E_NOTIMPL; }
  HRESULT STDMETHODCALLTYPE GetCurrentCellularClass(MBN_CELLULAR_CLASS*) override {
    return E_NOTIMPL;
  }
  HRESULT STDMETHODCALLTYPE ScanNetwork(ULONG* request) override {
    *request = numbers_.carrier_request;
    return S_OK;
  }

 private:
  const Numbers numbers_;
};

class SignalFacet final : public Facet<IMbnSignal> {
 public:
  explicit SignalFacet(const Numbers&) { ++g_facets_alive; }
  ~SignalFacet() { --g_facets_alive; }
  HRESULT STDMETHODCALLTYPE GetSignalStrength(ULONG* strength) override {
    *strength = 17;
    return S_OK;
  }
  HRESULT STDMETHODCALLTYPE GetSignalError(ULONG*) override { return E_NOTIMPL; }
};

using Modem = Whole<Numbers, InterfaceFacet, CarrierFacet, SignalFacet>;

const std::array kInterfaces = {__uuidof(IMbnInterface), __uuidof(IMbnMultiCarrier),
                                __uuidof(IMbnSignal), __uuidof(IUnknown)};

Ptr<IUnknown> Query(IUnknown* object, REFIID iid) {
  Ptr<IUnknown> other;
  void* found = nullptr;
  EXPECT_THAT(object->QueryInterface(iid, &found), HasCode(S_OK));
  // Every interface begins with IUnknown's methods.
  other.Attach(static_cast<IUnknown*>(found));
  return other;
}

TEST(Whole, GivesEachInterfaceFromEachOtherOne) {
  const auto modem = Make<Modem>(Numbers{});
  for (const IID& from : kInterfaces) {
    const Ptr<IUnknown> first = Query(modem.Get(), from);
    for (const IID& to : kInterfaces) {
      const Ptr<IUnknown> second = Query(first.Get(), to);
      EXPECT_EQ(Query(second.Get(), from), first);
      EXPECT_EQ(Query(first.Get(), to), second);
    }
  }
}

TEST(Whole, HasOneIdentity) {
  const auto modem = Make<Modem>(Numbers{});
  const Ptr<IUnknown> identity = Query(modem.Get(), __uuidof(IUnknown));
  for (const IID& iid : kInterfaces) {
    const Ptr<IUnknown> face = Query(modem.Get(), iid);
    EXPECT_EQ(Query(face.Get(), __uuidof(IUnknown)), identity);
  }
}

TEST(Whole, AnswersForTwoInterfacesWhoseMethodsHaveOneName) {
  const Numbers numbers{11, 22};
  const auto modem = Make<Modem>(numbers);
  Ptr<IMbnInterface> as_interface;
  Ptr<IMbnMultiCarrier> as_carrier;
  ASSERT_THAT(modem.As(&as_interface), HasCode(S_OK));
  ASSERT_THAT(as_interface.As(&as_carrier), HasCode(S_OK));
  ULONG request = 0;
  EXPECT_THAT(as_interface->ScanNetwork(&request), HasCode(S_OK));
  EXPECT_EQ(request, 11u);
  EXPECT_THAT(as_carrier->ScanNetwork(&request), HasCode(S_OK));
  EXPECT_EQ(request, 22u);
}

TEST(Whole, RefusesAnInterfaceThatNoFacetHas) {
  const auto modem = Make<Modem>(Numbers{});
  for (const IID& iid : kInterfaces) {
    void* object = &g_facets_alive;
    EXPECT_THAT(Query(modem.Get(), iid)->QueryInterface(__uuidof(IMbnSms), &object),
                HasCode(E_NOINTERFACE));
    EXPECT_EQ(object, nullptr);
    EXPECT_THAT(Query(modem.Get(), iid)->QueryInterface(iid, nullptr), HasCode(E_POINTER));
  }
}

TEST(Whole, LivesAsLongAsOneOfItsFacetsIsHeld) {
  ASSERT_EQ(g_facets_alive, 0);
  Ptr<IMbnSignal> signal;
  {
    const auto modem = Make<Modem>(Numbers{});
    ASSERT_THAT(modem.As(&signal), HasCode(S_OK));
    EXPECT_EQ(signal->AddRef(), 3u) << "one count for all facets";
    EXPECT_EQ(modem->Release(), 2u);
  }
  EXPECT_EQ(g_facets_alive, 3);
  ULONG strength = 0;
  EXPECT_THAT(signal->GetSignalStrength(&strength), HasCode(S_OK));
  EXPECT_EQ(strength, 17u);
  signal.Reset();
  EXPECT_EQ(g_facets_alive, 0);
}

TEST(Whole, LeavesNothingBehindWhenAFacetCannotBeMade) {
  EXPECT_THROW(Make<Modem>(Numbers{0, 0, true}), std::bad_alloc);
  EXPECT_EQ(g_facets_alive, 0);
}

TEST(MakeFacet, GivesTheInterfaceOrNull) {
  EXPECT_NE((MakeFacet<Modem, IMbnSignal>(Numbers{})), nullptr);
  EXPECT_EQ((MakeFacet<Modem, IMbnSms>(Numbers{})), nullptr);
  EXPECT_EQ(g_facets_alive, 0);
}

}  // namespace
}  // namespace mbnrig::com
