"""The exceptions that carry a code of the API."""


class ApiError(Exception):
    """A call failed, or the event that completed it reports a failure.

    code: the number, unsigned (0x80548205). name: the name in the headers
    ("E_MBN_MAX_ACTIVATED_CONTEXTS", "ERROR_NOT_FOUND").
    """

    def __init__(self, text, code=0, name=""):
        super().__init__(text)
        self.code = code
        self.name = name


class MbnError(ApiError):
    """An HRESULT of mbnapi.h."""


class RasError(ApiError):
    """An error of mprapi.h."""
