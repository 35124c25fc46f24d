// The IID_* and CLSID_* constants that the headers declare; on Windows these come from uuid.lib and
// mbnapi_uuid.lib.
#include <mbnapi.h>

extern "C" {

const IID IID_IUnknown = __uuidof(IUnknown);
const IID IID_IClassFactory = __uuidof(IClassFactory);
const IID IID_IDispatch = __uuidof(IDispatch);
const IID IID_IConnectionPointContainer = __uuidof(IConnectionPointContainer);
const IID IID_IConnectionPoint = __uuidof(IConnectionPoint);
const IID IID_IEnumConnectionPoints = __uuidof(IEnumConnectionPoints);
const IID IID_IEnumConnections = __uuidof(IEnumConnections);

const IID IID_IDummyMBNUCMExt = __uuidof(IDummyMBNUCMExt);
const IID IID_IMbnConnection = __uuidof(IMbnConnection);
const IID IID_IMbnConnectionContext = __uuidof(IMbnConnectionContext);
const IID IID_IMbnConnectionContextEvents = __uuidof(IMbnConnectionContextEvents);
const IID IID_IMbnConnectionEvents = __uuidof(IMbnConnectionEvents);
const IID IID_IMbnConnectionManager = __uuidof(IMbnConnectionManager);
const IID IID_IMbnConnectionManagerEvents = __uuidof(IMbnConnectionManagerEvents);
const IID IID_IMbnConnectionProfile = __uuidof(IMbnConnectionProfile);
const IID IID_IMbnConnectionProfileEvents = __uuidof(IMbnConnectionProfileEvents);
const IID IID_IMbnConnectionProfileManager = __uuidof(IMbnConnectionProfileManager);
const IID IID_IMbnConnectionProfileManagerEvents = __uuidof(IMbnConnectionProfileManagerEvents);
const IID IID_IMbnDeviceService = __uuidof(IMbnDeviceService);
const IID IID_IMbnDeviceServiceStateEvents = __uuidof(IMbnDeviceServiceStateEvents);
const IID IID_IMbnDeviceServicesContext = __uuidof(IMbnDeviceServicesContext);
const IID IID_IMbnDeviceServicesEvents = __uuidof(IMbnDeviceServicesEvents);
const IID IID_IMbnDeviceServicesManager = __uuidof(IMbnDeviceServicesManager);
const IID IID_IMbnInterface = __uuidof(IMbnInterface);
const IID IID_IMbnInterfaceEvents = __uuidof(IMbnInterfaceEvents);
const IID IID_IMbnInterfaceManager = __uuidof(IMbnInterfaceManager);
const IID IID_IMbnInterfaceManagerEvents = __uuidof(IMbnInterfaceManagerEvents);
const IID IID_IMbnMultiCarrier = __uuidof(IMbnMultiCarrier);
const IID IID_IMbnMultiCarrierEvents = __uuidof(IMbnMultiCarrierEvents);
const IID IID_IMbnPin = __uuidof(IMbnPin);
const IID IID_IMbnPinEvents = __uuidof(IMbnPinEvents);
const IID IID_IMbnPinManager = __uuidof(IMbnPinManager);
const IID IID_IMbnPinManagerEvents = __uuidof(IMbnPinManagerEvents);
const IID IID_IMbnRadio = __uuidof(IMbnRadio);
const IID IID_IMbnRadioEvents = __uuidof(IMbnRadioEvents);
const IID IID_IMbnRegistration = __uuidof(IMbnRegistration);
const IID IID_IMbnRegistrationEvents = __uuidof(IMbnRegistrationEvents);
const IID IID_IMbnServiceActivation = __uuidof(IMbnServiceActivation);
const IID IID_IMbnServiceActivationEvents = __uuidof(IMbnServiceActivationEvents);
const IID IID_IMbnSignal = __uuidof(IMbnSignal);
const IID IID_IMbnSignalEvents = __uuidof(IMbnSignalEvents);
const IID IID_IMbnSms = __uuidof(IMbnSms);
const IID IID_IMbnSmsConfiguration = __uuidof(IMbnSmsConfiguration);
const IID IID_IMbnSmsEvents = __uuidof(IMbnSmsEvents);
const IID IID_IMbnSmsReadMsgPdu = __uuidof(IMbnSmsReadMsgPdu);
const IID IID_IMbnSmsReadMsgTextCdma = __uuidof(IMbnSmsReadMsgTextCdma);
const IID IID_IMbnSubscriberInformation = __uuidof(IMbnSubscriberInformation);
const IID IID_IMbnVendorSpecificEvents = __uuidof(IMbnVendorSpecificEvents);
const IID IID_IMbnVendorSpecificOperation = __uuidof(IMbnVendorSpecificOperation);

const CLSID CLSID_MbnConnectionManager = __uuidof(MbnConnectionManager);
const CLSID CLSID_MbnConnectionProfileManager = __uuidof(MbnConnectionProfileManager);
const CLSID CLSID_MbnDeviceServicesManager = __uuidof(MbnDeviceServicesManager);
const CLSID CLSID_MbnInterfaceManager = __uuidof(MbnInterfaceManager);

}  // extern "C"
