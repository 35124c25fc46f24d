/// IN6_ADDR: the system's own IPv6 address, 16 bytes in network order. C and C++.
#pragma once

#include <netinet/in.h>

typedef struct in6_addr IN6_ADDR, *PIN6_ADDR, *LPIN6_ADDR;
typedef struct in_addr IN_ADDR, *PIN_ADDR, *LPIN_ADDR;
