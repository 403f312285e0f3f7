#!/usr/bin/python3
"""requests_client.py URL PASSWORD NEW-PASSWORD: sets up the machine at URL with
python3-requests, whose HTTP and digest are neither curl's nor ours, and the
XML of xml.etree.  Sends only the properties that change or that a Put must
have.  Prints what it was told, a line each."""

import base64
import hashlib
import sys
import time
import xml.etree.ElementTree as ET

import requests
from requests.auth import HTTPDigestAuth

SOAP = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
AMT = "http://intel.com/wbem/wscim/1/amt-schema/1/"
CIM = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"

url, password, new_password = sys.argv[1:]
session = requests.Session()
session.auth = HTTPDigestAuth("admin", password)
sent = 0


def post(resource, action, content=None):
    """The element in the reply's Body."""
    global sent
    sent += 1
    envelope = ET.Element(f"{{{SOAP}}}Envelope")
    header = ET.SubElement(envelope, f"{{{SOAP}}}Header")
    for ns, name, text in (
        (ADDRESSING, "Action", action),
        (ADDRESSING, "To", url),
        (WSMAN, "ResourceURI", resource),
        (ADDRESSING, "MessageID", f"uuid:0000-{sent}"),
    ):
        ET.SubElement(header, f"{{{ns}}}{name}").text = text
    reply_to = ET.SubElement(header, f"{{{ADDRESSING}}}ReplyTo")
    anonymous = ET.SubElement(reply_to, f"{{{ADDRESSING}}}Address")
    anonymous.text = f"{ADDRESSING}/role/anonymous"
    body = ET.SubElement(envelope, f"{{{SOAP}}}Body")
    if content is not None:
        body.append(content)
    reply = session.post(
        url,
        data=ET.tostring(envelope, encoding="utf-8"),
        headers={"Content-Type": "application/soap+xml;charset=UTF-8"},
        timeout=10,
    )
    if reply.status_code != 200:
        sys.exit(f"requests_client.py: {action}: {reply.status_code}: {reply.text}")
    return ET.fromstring(reply.content).find(f"{{{SOAP}}}Body")[0]


def text(element, name):
    return next(e.text for e in element.iter() if e.tag.endswith("}" + name))


def get(base, name):
    return post(base + name, TRANSFER + "/Get")


def element_of(resource, name, values):
    element = ET.Element(f"{{{resource}}}{name}")
    for key, value in values.items():
        ET.SubElement(element, f"{{{resource}}}{key}").text = str(value)
    return element


def call(name, method, **params):
    resource = AMT + name
    content = element_of(resource, method + "_INPUT", params)
    reply = post(resource, f"{resource}/{method}", content)
    print(f"{method}: {text(reply, 'ReturnValue')}")
    return reply


general = get(AMT, "AMT_GeneralSettings")
realm = text(general, "DigestRealm")
print(f"realm: {realm}")
print(f"uuid: {text(get(CIM, 'CIM_ComputerSystemPackage'), 'PlatformGUID')}")
names = {
    "HostName": "pc-1",
    "DomainName": "lab.example.com",
    "PingResponseEnabled": text(general, "PingResponseEnabled"),
    "WsmanOnlyMode": text(general, "WsmanOnlyMode"),
}
resource = AMT + "AMT_GeneralSettings"
back = post(
    resource, TRANSFER + "/Put", element_of(resource, "AMT_GeneralSettings", names)
)
print(f"names: {text(back, 'HostName')} {text(back, 'DomainName')}")
clock = "AMT_TimeSynchronizationService"
ta0 = text(call(clock, "GetLowAccuracyTimeSynch"), "Ta0")
now = int(time.time())
call(clock, "SetHighAccuracyTimeSynch", Ta0=ta0, Tm1=now, Tm2=now)
ha1 = hashlib.md5(f"admin:{realm}:{new_password}".encode()).digest()
call(
    "AMT_AuthorizationService",
    "SetAdminAclEntryEx",
    Username="admin",
    DigestPassword=base64.b64encode(ha1).decode(),
)
session = requests.Session()
session.auth = HTTPDigestAuth("admin", new_password)
call("AMT_SetupAndConfigurationService", "CommitChanges")
