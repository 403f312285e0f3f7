#ifndef WSMAN_TEXT_H
#define WSMAN_TEXT_H

/* wsman_text - what messages about a made-up class, AMT_Lamp, begin and end
 * with. */
/* The firmware's way to declare its prefixes. */
#define HEAD                                                                   \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>"                           \
	"<a:Envelope xmlns:a=\"http://www.w3.org/2003/05/soap-envelope\" "     \
	"xmlns:b=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "        \
	"xmlns:c=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" "          \
	"xmlns:g=\"http://intel.com/wbem/wscim/1/amt-schema/1/AMT_Lamp\" "     \
	"xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\" "       \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"             \
	"<a:Header><b:RelatesTo>7</b:RelatesTo><b:Action>\n urn:act \n"        \
	"</b:Action></a:Header><a:Body>"
#define TAIL "</a:Body></a:Envelope>"
#define LAMP "http://intel.com/wbem/wscim/1/amt-schema/1/AMT_Lamp"

#endif
