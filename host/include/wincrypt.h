/// The counted byte strings of the certificate API, which some RRAS structures carry. C and C++.
#pragma once

#include <windef.h>

typedef struct _CRYPTOAPI_BLOB {
  DWORD cbData;
  BYTE* pbData;
} CRYPT_INTEGER_BLOB, *PCRYPT_INTEGER_BLOB, CERT_NAME_BLOB, *PCERT_NAME_BLOB, CRYPT_HASH_BLOB,
    *PCRYPT_HASH_BLOB, CRYPT_DATA_BLOB, *PCRYPT_DATA_BLOB;
