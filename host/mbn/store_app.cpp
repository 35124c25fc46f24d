#include "mbn/store_app.h"

#include <mutex>
#include <utility>

namespace mbnrig::mbn {
namespace {

struct App {
  std::mutex mutex;
  std::string name;  // guarded by mutex
};

// Never destroyed: COM objects may be called while the process ends.
App& TheApp() {
  static App& app = *new App;
  return app;
}

}  // namespace

void ActAsStoreApp(std::string name) {
  App& app = TheApp();
  const std::lock_guard lock(app.mutex);
  app.name = std::move(name);
}

std::string StoreApp() {
  App& app = TheApp();
  const std::lock_guard lock(app.mutex);
  return app.name;
}

}  // namespace mbnrig::mbn
