/// Longest names of the network API, in characters without the terminator. C and C++.
#pragma once

#define CNLEN 15
#define DNLEN CNLEN
#define UNCLEN (CNLEN + 2)
#define UNLEN 256
#define PWLEN 256
#define NETBIOS_NAME_LEN 16
