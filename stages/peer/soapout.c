#include "peer/soap.h"

#include <string.h>

#define NS_TRUST "http://schemas.xmlsoap.org/ws/2005/02/trust"
#define NS_SECEXT                                                              \
	"http://docs.oasis-open.org/wss/2004/01/"                              \
	"oasis-200401-wss-wssecurity-secext-1.0.xsd"
#define NS_CIMBINDING "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"
#define NS_EVENTING "http://schemas.xmlsoap.org/ws/2004/08/eventing"
#define NS_XSI "http://www.w3.org/2001/XMLSchema-instance"

static const struct {
	const char *subcode;
	char prefix; /* as declared in fault envelopes */
	int status;
	const char *text; /* from the specifications' fault tables, reworded
	                   * but for those that captures show */
} faults[] = {
	{ "DestinationUnreachable", 'b', 400,
	    "No route can be determined to reach the destination role "
	    "defined by the WSAddressing To." },
	{ "ActionNotSupported", 'b', 400,
	    "The service does not offer this action." },
	{ "InvalidMessageInformationHeader", 'b', 400,
	    "A message information header is not valid." },
	{ "MessageInformationHeaderRequired", 'b', 400,
	    "A message information header that is needed is not present." },
	{ "EndpointUnavailable", 'b', 500,
	    "The endpoint cannot take the message now." },
	{ "InvalidSelectors", 'e', 400, "The selectors are not valid." },
	{ "AccessDenied", 'e', 400, "The sender is not allowed to do this." },
	{ "InvalidParameter", 'e', 400, "A parameter is not valid." },
	{ "SchemaValidationError", 'e', 400,
	    "The message does not fit the XML schema definition." },
	{ "EncodingLimit", 'e', 400, "An encoding limit was exceeded." },
	{ "TimedOut", 'e', 500, "The operation took too long." },
	{ "QuotaLimit", 'e', 500, "The service is busy with other work." },
	{ "UnsupportedFeature", 'e', 400, "This feature is not offered." },
	{ "AlreadyExists", 'e', 400,
	    "The sender attempted to create a resource which already "
	    "exists." },
	{ "InvalidRepresentation", 'd', 400,
	    "The XML representation is not valid." },
	{ "InvalidEnumerationContext", 'c', 400,
	    "The enumeration context is not known." },
	/* last: lends its prefix to subcodes not listed */
	{ "InternalError", 'e', 500, "The service failed." },
};

void
soap_escaped(FILE *out, const char *text)
{
	for (; *text != '\0'; text++)
		switch (*text) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			putc(*text, out);
		}
}

void
soap_element(FILE *out, char prefix, const char *name, const char *text)
{
	fprintf(out, "<%c:%s>", prefix, name);
	soap_escaped(out, text);
	fprintf(out, "</%c:%s>", prefix, name);
}

static void
put_xmlns(FILE *out, char prefix, const char *uri)
{
	fprintf(out, " xmlns:%c=\"%s\"", prefix, uri);
}

static void
put_header(FILE *out, struct machine *m, const struct soap_request *rq,
    const char *action)
{
	fputs("<a:Header>", out);
	soap_element(out, 'b', "To", URI_ANONYMOUS);
	soap_element(out, 'b', "RelatesTo", rq->message);
	fprintf(out, "<b:Action a:mustUnderstand=\"true\">%s</b:Action>",
	    action);
	fprintf(out,
	    "<b:MessageID>uuid:00000000-8086-8086-8086-%012X</b:MessageID>",
	    ++m->message);
}

void
soap_begin(FILE *out, struct machine *m, const struct soap_request *rq,
    const char *action, const char *const *uris)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a:Envelope", out);
	put_xmlns(out, 'a', NS_SOAP);
	put_xmlns(out, 'b', NS_ADDRESSING);
	put_xmlns(out, 'c', NS_WSMAN);
	put_xmlns(out, 'd', NS_TRUST);
	put_xmlns(out, 'e', NS_SECEXT);
	put_xmlns(out, 'f', NS_CIMBINDING);
	for (char prefix = 'g'; *uris != NULL; uris++)
		put_xmlns(out, prefix++, *uris);
	fprintf(out, " xmlns:xsi=\"%s\">", NS_XSI);
	put_header(out, m, rq, action);
	soap_element(out, 'c', "ResourceURI", rq->resource);
	fputs("</a:Header><a:Body>", out);
}

void
soap_end(FILE *out)
{
	fputs("</a:Body></a:Envelope>", out);
}

/* Firmware gives other prefixes to faults than to replies. */
int
soap_fault_put(FILE *out, struct machine *m, const struct soap_request *rq,
    const char *subcode)
{
	const size_t n = sizeof(faults) / sizeof(faults[0]);
	const char *action = NS_ADDRESSING "/fault";
	size_t i = 0;

	while (i < n - 1 && strcmp(faults[i].subcode, subcode) != 0)
		i++;
	if (faults[i].prefix == 'e')
		action = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault";
	else if (faults[i].prefix == 'd')
		action = NS_TRANSFER "/fault";
	else if (faults[i].prefix == 'c')
		action = NS_ENUMERATION "/fault";
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?><a:Envelope", out);
	put_xmlns(out, 'g', NS_CIMBINDING);
	put_xmlns(out, 'f', NS_EVENTING);
	put_xmlns(out, 'e', NS_WSMAN);
	put_xmlns(out, 'd', NS_TRANSFER);
	put_xmlns(out, 'c', NS_ENUMERATION);
	put_xmlns(out, 'b', NS_ADDRESSING);
	put_xmlns(out, 'a', NS_SOAP);
	put_xmlns(out, 'h', NS_TRUST);
	put_xmlns(out, 'i', NS_SECEXT);
	fprintf(out, " xmlns:xsi=\"%s\">", NS_XSI);
	put_header(out, m, rq, action);
	fprintf(out,
	    "</a:Header><a:Body><a:Fault><a:Code><a:Value>a:%s</a:Value>"
	    "<a:Subcode><a:Value>%c:%s</a:Value></a:Subcode></a:Code>"
	    "<a:Reason><a:Text xml:lang=\"en-US\">%s</a:Text></a:Reason>"
	    "<a:Detail></a:Detail></a:Fault></a:Body></a:Envelope>",
	    faults[i].status == 500 ? "Receiver" : "Sender", faults[i].prefix,
	    subcode, faults[i].text);
	return faults[i].status;
}
