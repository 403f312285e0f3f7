#include "sweep/outcome.h"

#include <errno.h>

/* Alerts: RFC 5246 7.2, unknown_psk_identity RFC 4279 6. */
enum {
	ALERT_BAD_CERTIFICATE = 42,
	ALERT_UNSUPPORTED_CERTIFICATE = 43,
	ALERT_CERTIFICATE_REVOKED = 44,
	ALERT_CERTIFICATE_EXPIRED = 45,
	ALERT_CERTIFICATE_UNKNOWN = 46,
	ALERT_UNKNOWN_CA = 48,
	ALERT_ACCESS_DENIED = 49,
	ALERT_BAD_RECORD_MAC = 20,
	/* TLS 1.0 stacks may tell bad padding from a bad MAC (RFC 2246 7.2.2),
	 * and a wrong key gives either. */
	ALERT_DECRYPTION_FAILED = 21,
	ALERT_DECRYPT_ERROR = 51,
	ALERT_UNKNOWN_PSK_IDENTITY = 115,
};

enum setup_outcome
outcome_connect(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return SETUP_CONNECT_REFUSED;
	case ECONNRESET: /* it came about and was cut before we looked */
		return SETUP_TLS_CLOSED;
	case ETIMEDOUT:
		return SETUP_CONNECT_TIMEOUT;
	default:
		/* EHOSTUNREACH, ENETUNREACH, EACCES from a firewall here, no
		 * local address: what is missing is a way there. */
		return SETUP_CONNECT_NO_ROUTE;
	}
}

enum setup_outcome
outcome_alert(int alert)
{
	switch (alert) {
	case ALERT_BAD_RECORD_MAC:
	case ALERT_DECRYPTION_FAILED:
	case ALERT_DECRYPT_ERROR:
	case ALERT_UNKNOWN_PSK_IDENTITY:
		return SETUP_TLS_KEY_REFUSED;
	default:
		return SETUP_TLS_FAILED;
	}
}

enum setup_outcome
outcome_cert_alert(int alert)
{
	switch (alert) {
	case ALERT_BAD_CERTIFICATE:
	case ALERT_UNSUPPORTED_CERTIFICATE:
	case ALERT_CERTIFICATE_REVOKED:
	case ALERT_CERTIFICATE_EXPIRED:
	case ALERT_CERTIFICATE_UNKNOWN:
	case ALERT_UNKNOWN_CA:
	case ALERT_ACCESS_DENIED:
		return SETUP_TLS_CERT_REFUSED;
	default:
		return SETUP_TLS_FAILED;
	}
}

enum setup_outcome
outcome_timeout(enum outcome_phase phase)
{
	switch (phase) {
	case PHASE_CONNECT:
		return SETUP_CONNECT_TIMEOUT;
	case PHASE_TLS:
		return SETUP_TLS_TIMEOUT;
	case PHASE_HTTP:
		break;
	}
	return SETUP_HTTP_TIMEOUT;
}
