// Random calls of both APIs from eight threads, while modems come and go and services stop and
// start. The test ends each round with both services stopped, and looks whether anything is left.
//
// MBNRIG_STRESS_SECONDS and MBNRIG_STRESS_SEED are its settings (settings.h).

#include <gtest/gtest.h>
#include <objbase.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>

#include "com/client.h"
#include "com/object.h"
#include "com/text.h"
#include "log/log.h"
#include "mbn/testing/test_support.h"
#include "stress/codes.h"
#include "stress/mbn_calls.h"
#include "stress/rras_calls.h"
#include "stress/settings.h"
#include "stress/surroundings.h"
#include "stress/witness.h"

namespace mbnrig::stress {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kClients = 8;
constexpr milliseconds kRound{700};

std::size_t EntriesOf(const char* folder) {
  const auto entries = std::filesystem::directory_iterator(folder);
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}
std::size_t Threads() {
  return EntriesOf("/proc/self/task");
}
std::size_t OpenFiles() {
  return EntriesOf("/proc/self/fd");
}

/// COM for this thread.
class Apartment {
 public:
  Apartment() { EXPECT_TRUE(SUCCEEDED(CoInitializeEx(nullptr, COINIT_MULTITHREADED))); }
  ~Apartment() { CoUninitialize(); }
  Apartment(const Apartment&) = delete;
  Apartment& operator=(const Apartment&) = delete;
};

/// A client of both APIs. It keeps its objects and handles from round to round.
struct Client {
  Client(const MbnSurroundings& mbn_around, const RrasSurroundings& rras_around, std::uint64_t seed,
         unsigned number, const std::string& name, Place place)
      : random(seed, number),
        mbn(mbn_around, random, making, name),
        rras(rras_around, random, making, name, place) {}

  void Act() { random.OneIn(2) ? mbn.Act() : rras.Act(); }
  void CheckAtRest(Requests& requests) {
    mbn.CheckAtRest(requests);
    rras.CheckAtRest(requests);
  }

  Random random;
  Making making{nullptr};
  MbnCalls mbn;
  RrasCalls rras;
};

/// Threads of one round. A thread that does not end within kPatience ends the process, because
/// nothing can be tested or destroyed under a call that does not return.
class RoundThreads {
 public:
  void Begin(std::string name, const Making* making, std::function<void()> work) {
    threads_.push_back(
        {std::move(name), making, std::async(std::launch::async, [work = std::move(work)] {
           const Apartment apartment;
           work();
         })});
  }
  void Join() {
    const auto deadline = Clock::now() + kPatience;
    bool stuck = false;
    for (Thread& thread : threads_) {
      if (thread.ended.wait_until(deadline) == std::future_status::ready) continue;
      const char* const call = thread.making == nullptr ? nullptr : thread.making->load();
      std::fprintf(stderr, "%s does not end; it is in %s\n", thread.name.c_str(),
                   call == nullptr ? "no call" : call);
      stuck = true;
    }
    if (stuck) std::abort();
    for (Thread& thread : threads_)
      thread.ended.get();
  }

 private:
  struct Thread {
    std::string name;
    const Making* making;
    std::future<void> ended;
  };
  std::vector<Thread> threads_;
};

class Stress : public ::testing::Test {
 protected:
  Stress()
      : mbn_around_{findings_, services_.mbn()},
        rras_around_{findings_, services_.rras()},
        in_handler_(std::make_unique<Client>(mbn_around_, rras_around_, settings_.seed, 100,
                                             "handler", Place::kHandler)) {
    std::printf("seed %llu (MBNRIG_STRESS_SEED), %lld s (MBNRIG_STRESS_SECONDS)\n",
                static_cast<unsigned long long>(settings_.seed),
                static_cast<long long>(settings_.duration.count() / 1000));
    std::fflush(stdout);
    for (unsigned i = 0; i < kClients; ++i)
      clients_.push_back(std::make_unique<Client>(mbn_around_, rras_around_, settings_.seed, i,
                                                  "client" + std::to_string(i), Place::kClient));
  }
  ~Stress() override {
    if (HasFailure())
      std::fprintf(stderr, "again: MBNRIG_STRESS_SEED=%llu\n",
                   static_cast<unsigned long long>(settings_.seed));
  }

  void Advise(const com::Ptr<Witness>& witness) {
    witness->set_handler([this](const mbn::EventArguments&) {
      if (in_handler_->random.OneIn(10)) in_handler_->Act();
      if (in_handler_->random.OneIn(200)) throw std::runtime_error("a client's handler threw");
    });
    for (const CLSID& manager :
         {CLSID_MbnInterfaceManager, CLSID_MbnConnectionManager, CLSID_MbnConnectionProfileManager})
      advices_.Add(com::Create<IUnknown>(manager).Get(), witness->AsUnknown());
  }

  /// The profile that most connects name.
  void StoreProfile() {
    services_.StartBoth();
    const auto profiles =
        com::Create<IMbnConnectionProfileManager>(CLSID_MbnConnectionProfileManager);
    const std::string xml = mbn::testing::ProfileXml(
        "internet", "<Context><AccessString>internet</AccessString></Context>");
    EXPECT_EQ(profiles->CreateConnectionProfile(com::FromUtf8(xml).c_str()), S_OK);
    services_.StopBoth(random_);
  }

  /// Threads make calls for a while. Afterwards both services are stopped.
  void RunOneRound() {
    if (!random_.OneIn(4)) services_.StartBoth();
    Round round;
    RoundThreads threads;
    for (const auto& client : clients_)
      threads.Begin("a client", &client->making, [this, &round, client = client.get()] {
        // Calls to a stopped service are quick. The pauses leave the time to those that do work.
        while (!round.over()) {
          client->Act();
          const bool idle = !services_.mbn().Now().running() || !services_.rras().Now().running();
          if (idle || client->random.OneIn(20)) round.Pause(milliseconds(client->random.Below(4)));
        }
      });
    threads.Begin("the thread of the modems", nullptr, [&] { modems_.Live(round, modem_random_); });
    threads.Begin("the thread of the services", nullptr,
                  [&] { services_.Live(round, service_random_); });
    round.Pause(kRound);
    round.End();
    threads.Join();
    services_.StopBoth(random_);
  }

  void CheckAtRest(Witness& witness) {
    for (const auto& client : clients_)
      client->CheckAtRest(requests_);
    in_handler_->CheckAtRest(requests_);
    requests_.Check();
    witness.CheckAtRest();
    for (const std::string& line : log_->Lines()) {
      // A modem's own status may be one that the page does not have.
      if (line.find("MBIM_STATUS_") != std::string::npos) continue;
      for (const char* fault : {"does not document", "has no RRAS code", "has not stopped"}) {
        if (line.find(fault) != std::string::npos) findings_.Add("log: " + line);
      }
    }
    log_.reset();
    log_ = std::make_unique<log::Capture>();
  }

  std::string Found() const {
    std::string all;
    for (const std::string& finding : findings_.List())
      all += finding + '\n';
    return all;
  }

  Tally AllResults() const {
    Tally all;
    const auto add = [&all](const Tally& tally) {
      for (const auto& [result, times] : tally)
        all[result] += times;
    };
    for (const auto& client : clients_) {
      add(client->mbn.tally());
      add(client->rras.tally());
    }
    return all;
  }

  const Settings settings_ = ReadSettings();
  const Apartment apartment_;
  std::unique_ptr<log::Capture> log_ = std::make_unique<log::Capture>();
  Findings findings_;
  Requests requests_{findings_};
  Modems modems_{findings_};
  Services services_{findings_, modems_.bus()};
  Random random_{settings_.seed, 200}, modem_random_{settings_.seed, 201},
      service_random_{settings_.seed, 202};
  const MbnSurroundings mbn_around_;
  const RrasSurroundings rras_around_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::unique_ptr<Client> in_handler_;
  com::Advices advices_;
};

// Waits until a number that falls has fallen: the system forgets a joined thread a little later.
bool FallsTo(std::size_t expected, std::size_t (*number)()) {
  const auto deadline = Clock::now() + kPatience;
  while (number() > expected && Clock::now() < deadline)
    std::this_thread::yield();
  return number() <= expected;
}

TEST_F(Stress, KeepsEveryPromise) {
  auto witness = com::Make<Witness>(findings_, requests_, services_.mbn());
  Advise(witness);
  const std::size_t threads = Threads(), files = OpenFiles();
  StoreProfile();
  int rounds = 0;
  for (const auto end = Clock::now() + settings_.duration; Clock::now() < end; ++rounds) {
    RunOneRound();
    CheckAtRest(*witness.Get());
    EXPECT_TRUE(FallsTo(threads, Threads)) << Threads() << " threads, before " << threads;
    EXPECT_TRUE(FallsTo(files, OpenFiles)) << OpenFiles() << " open files, before " << files;
    ASSERT_EQ(Found(), "") << "in round " << rounds;
  }

  const Tally results = AllResults();
  std::size_t calls = 0;
  for (const auto& [result, times] : results)
    calls += times;
  std::printf("%d rounds, %zu calls with %zu results, %zu events\n", rounds, calls, results.size(),
              witness->events());
  if (std::getenv("MBNRIG_STRESS_RESULTS") != nullptr) {
    for (const auto& [result, times] : results)
      std::printf("%8zu %s\n", times, Result(result.first, result.second).c_str());
  }
  EXPECT_GT(results.count({"IMbnConnection::Connect", S_OK}), 0u) << "no request was accepted";
  EXPECT_GT(witness->events(), 0u);

  clients_.clear();
  in_handler_.reset();
  advices_.Clear();
  witness.Reset();
  EXPECT_EQ(Witness::alive(), 0) << "a stopped service keeps a sink";
  EXPECT_EQ(PassingSink::alive(), 0) << "a stopped service keeps a sink of a client that has left";
}

}  // namespace
}  // namespace mbnrig::stress
