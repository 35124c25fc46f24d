/// mbim-doc: writes docs/mbim.md to standard output.

#include <iostream>

#include "mbim/mbim_page.h"

int main() {
  std::cout << mbnrig::mbim::MbimPage() << std::flush;
  return std::cout ? 0 : 1;
}
