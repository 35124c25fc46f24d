/// The error codes of the network API that RRAS returns. C and C++.
#pragma once

#define NERR_BASE 2100
/// The computer name is not valid.
#define NERR_InvalidComputer (NERR_BASE + 251)
