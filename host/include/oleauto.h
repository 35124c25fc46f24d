/// BSTR and SAFEARRAY functions, as Windows' oleaut32 documents them. C++.
///
/// The length of a BSTR in bytes lies before its text. A character has sizeof(WCHAR) bytes, 4 on
/// Linux. All functions may be called on any thread, but each string or array must be used on one
/// thread at a time.
#pragma once

#include <oaidl.h>

// ---- BSTR --------------------------------------------------------------------------------------

/// Copies a terminated string. NULL if `psz` is NULL or memory is short.
EXTERN_C BSTR SysAllocString(const OLECHAR* psz);
/// Copies `ui` characters of `strIn` (which may hold NULs) and adds a terminator. If `strIn` is
/// NULL, leaves the characters unset. NULL if memory is short.
EXTERN_C BSTR SysAllocStringLen(const OLECHAR* strIn, UINT ui);
/// Copies `len` bytes and adds a terminating character.
EXTERN_C BSTR SysAllocStringByteLen(LPCSTR psz, UINT len);
/// Replaces `*pbstr` by a copy of `psz`. If memory is short, returns FALSE and changes nothing.
EXTERN_C INT SysReAllocString(BSTR* pbstr, const OLECHAR* psz);
/// Replaces `*pbstr` by a copy of `len` characters of `psz`. FALSE as above.
EXTERN_C INT SysReAllocStringLen(BSTR* pbstr, const OLECHAR* psz, UINT len);
/// Frees a BSTR. NULL is allowed.
EXTERN_C void SysFreeString(BSTR bstrString);
/// Number of characters without the terminator; 0 for NULL.
EXTERN_C UINT SysStringLen(BSTR pbstr);
/// Number of bytes without the terminator; 0 for NULL.
EXTERN_C UINT SysStringByteLen(BSTR bstr);

// ---- SAFEARRAY ---------------------------------------------------------------------------------
// One-dimensional arrays of numbers, BSTR, IUnknown and IDispatch pointers. The functions that
// create an array refuse other dimensions and element types.

/// Makes a zeroed array of `cElements` elements of type `vt`, the first at index `lLbound`. NULL if
/// the type is not supported or memory is short.
EXTERN_C SAFEARRAY* SafeArrayCreateVector(VARTYPE vt, LONG lLbound, ULONG cElements);
/// As SafeArrayCreateVector, with the bound in a structure. NULL unless `cDims` is 1.
EXTERN_C SAFEARRAY* SafeArrayCreate(VARTYPE vt, UINT cDims, SAFEARRAYBOUND* rgsabound);
/// Frees the array, its strings and its references. DISP_E_ARRAYISLOCKED while it is locked.
EXTERN_C HRESULT SafeArrayDestroy(SAFEARRAY* psa);
EXTERN_C UINT SafeArrayGetDim(SAFEARRAY* psa);
/// Size of one element in bytes.
EXTERN_C UINT SafeArrayGetElemsize(SAFEARRAY* psa);
EXTERN_C HRESULT SafeArrayGetVartype(SAFEARRAY* psa, VARTYPE* pvt);
/// Dimensions count from 1. DISP_E_BADINDEX for a dimension that the array does not have.
EXTERN_C HRESULT SafeArrayGetLBound(SAFEARRAY* psa, UINT nDim, LONG* plLbound);
/// The lower bound minus 1 if the array is empty.
EXTERN_C HRESULT SafeArrayGetUBound(SAFEARRAY* psa, UINT nDim, LONG* plUbound);
/// Copies one element to `pv`: a BSTR is duplicated, an interface pointer gets a reference.
EXTERN_C HRESULT SafeArrayGetElement(SAFEARRAY* psa, LONG* rgIndices, void* pv);
/// Copies into one element and frees its old string or reference. For BSTR and interface arrays
/// `pv` is the string or pointer itself; for others it is the address of the value.
EXTERN_C HRESULT SafeArrayPutElement(SAFEARRAY* psa, LONG* rgIndices, void* pv);
/// The address of one element. The caller must keep the array locked while using it.
EXTERN_C HRESULT SafeArrayPtrOfIndex(SAFEARRAY* psa, LONG* rgIndices, void** ppvData);
EXTERN_C HRESULT SafeArrayLock(SAFEARRAY* psa);
EXTERN_C HRESULT SafeArrayUnlock(SAFEARRAY* psa);
/// Locks the array and gives the address of its elements.
EXTERN_C HRESULT SafeArrayAccessData(SAFEARRAY* psa, void** ppvData);
EXTERN_C HRESULT SafeArrayUnaccessData(SAFEARRAY* psa);
/// A new array with a copy of every element.
EXTERN_C HRESULT SafeArrayCopy(SAFEARRAY* psa, SAFEARRAY** ppsaOut);
