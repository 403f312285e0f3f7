#include "base/filekind.h"

#include <stdbool.h>
#include <string.h>

#include "base/mail.h"
#include "base/text.h"

/* --- by magic bytes ------------------------------------------------------- */

static const struct {
	enum filekind kind;
	uint8_t at, len;
	const char *bytes;
} magic[] = {
	/* The first members of a zip come before the zip. */
	{ FILEKIND_ODS, 30, 31, "mimetypeapplication/vnd.oasis.o" },
	{ FILEKIND_XLSX, 30, 19, "[Content_Types].xml" },
	{ FILEKIND_XLSX, 30, 6, "_rels/" },
	{ FILEKIND_XLSX, 30, 9, "docProps/" }, { FILEKIND_XLSX, 30, 3, "xl/" },
	{ FILEKIND_ZIP, 0, 4, "PK\3\4" }, { FILEKIND_ZIP, 0, 4, "PK\5\6" },
	{ FILEKIND_ZIP, 0, 4, "PK\7\10" },
	{ FILEKIND_OLE, 0, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" },
	{ FILEKIND_PDF, 0, 5, "%PDF-" }, { FILEKIND_RTF, 0, 5, "{\\rtf" },
	{ FILEKIND_IMAGE, 0, 8, "\x89PNG\r\n\x1a\n" },
	{ FILEKIND_IMAGE, 0, 3, "\xff\xd8\xff" },
	{ FILEKIND_IMAGE, 0, 6, "GIF87a" }, { FILEKIND_IMAGE, 0, 6, "GIF89a" },
	{ FILEKIND_IMAGE, 0, 4, "II*\0" }, { FILEKIND_IMAGE, 0, 4, "MM\0*" },
	{ FILEKIND_SQLITE, 0, 16, "SQLite format 3\0" },
	{ FILEKIND_SEVENZIP, 0, 6, "7z\xbc\xaf\x27\x1c" },
	{ FILEKIND_GZIP, 0, 3, "\x1f\x8b\x08" },
	{ FILEKIND_BZIP2, 0, 3, "BZh" }, { FILEKIND_XZ, 0, 6, "\xfd\x37zXZ\0" },
	{ FILEKIND_ZSTD, 0, 4, "\x28\xb5\x2f\xfd" },
	{ FILEKIND_LZ4, 0, 4, "\x04\x22\x4d\x18" },
	{ FILEKIND_LZIP, 0, 5, "LZIP\1" },
	{ FILEKIND_COMPRESS, 0, 2, "\x1f\x9d" },
	{ FILEKIND_COMPRESS, 0, 2, "\x1f\xa0" },
	{ FILEKIND_RAR, 0, 6, "Rar!\x1a\7" },
	{ FILEKIND_CAB, 0, 8, "MSCF\0\0\0\0" },
	{ FILEKIND_PGP, 0, 15, "-----BEGIN PGP " },
	{ FILEKIND_PCAP, 0, 4, "\xa1\xb2\xc3\xd4" },
	{ FILEKIND_PCAP, 0, 4, "\xd4\xc3\xb2\xa1" },
	{ FILEKIND_PCAP, 0, 4, "\xa1\xb2\x3c\x4d" },
	{ FILEKIND_PCAP, 0, 4, "\x4d\x3c\xb2\xa1" },
	{ FILEKIND_PCAP, 0, 4, "\x0a\x0d\x0d\x0a" },
	{ FILEKIND_SNOOP, 0, 8, "snoop\0\0\0" },
	{ FILEKIND_NETMON, 0, 4, "GMBU" }, { FILEKIND_NETMON, 0, 4, "RTSS" },
	{ FILEKIND_EXFAT, 3, 8, "EXFAT   " },
	{ FILEKIND_NTFS, 3, 8, "NTFS    " },
	{ FILEKIND_VM_DISK, 0, 8, "vhdxfile" },
	{ FILEKIND_VM_DISK, 0, 8, "conectix" },
	{ FILEKIND_VM_DISK, 0, 4, "QFI\xfb" },
	{ FILEKIND_VM_DISK, 0, 4, "KDMV" },
	{ FILEKIND_DESKTOP, 0, 4, "\0\5\26\7" },    /* AppleDouble: ._NAME */
	{ FILEKIND_DESKTOP, 0, 8, "\0\0\0\1Bud1" }, /* .DS_Store */
	{ FILEKIND_DESKTOP, 0, 17, "[.ShellClassInfo]" }, /* desktop.ini */
};

/* Letters may begin a text, too: what else is known of these kinds? */
static bool
is_magic(enum filekind kind, const uint8_t *p, size_t len)
{
	switch (kind) {
	case FILEKIND_BZIP2: /* level and first block's or last one's mark */
		return len > 4 && p[3] >= '1' && p[3] <= '9' &&
		    (p[4] == 0x31 || p[4] == 0x17);
	case FILEKIND_NETMON:
	case FILEKIND_VM_DISK: /* numbers behind the letters */
		return memchr(p, 0, len < 64 ? len : 64) != NULL;
	default:
		return true;
	}
}

static enum filekind
by_magic(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < sizeof(magic) / sizeof(magic[0]); i++) {
		size_t at = magic[i].at, n = magic[i].len;

		if (len < at + n || memcmp(p + at, magic[i].bytes, n) != 0)
			continue;
		/* A member's name counts in a zip only. */
		if ((at != 30 || memcmp(p, "PK\3\4", 4) == 0) &&
		    is_magic(magic[i].kind, p, len))
			return magic[i].kind;
	}
	if (len >= 263 && memcmp(p + 257, "ustar", 5) == 0)
		return FILEKIND_TAR;
	/* Two letters, and the offset of the header behind them (PE). */
	if (len >= 64 && memcmp(p, "MZ", 2) == 0 && p[62] == 0 && p[63] == 0)
		return FILEKIND_EXE;
	return FILEKIND_OTHER;
}

/* The packets that an encrypted or compressed OpenPGP message begins with: RFC
 * 4880, 4.2, 5.1, 5.3 and 5.6. */
static bool
is_pgp(const uint8_t *p, size_t len)
{
	if (len < 16)
		return false;
	switch (p[0]) {
	case 0x84: /* session key by a public key: version 3 behind its length
	            */
		return p[2] == 3;
	case 0x85:
		return p[3] == 3 && p[1] < 16;
	case 0xc1:
		return p[1] >= 192 ? p[3] == 3 : p[2] == 3;
	case 0x8c: /* by a passphrase: version 4 or 5 */
	case 0xc3:
		return p[1] < 64 && (p[2] == 4 || p[2] == 5);
	case 0xa3: /* compressed, of a length that nobody says */
		return p[1] >= 1 && p[1] <= 3;
	default:
		return false;
	}
}

/* --- texts ---------------------------------------------------------------- */

static bool
filekind_begins(const char *s, size_t len, const char *with)
{
	size_t n = strlen(with);

	if (len < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (text_lower(s[i]) != with[i])
			return false;
	return true;
}

static size_t
skip_blank(const char *s, size_t len, size_t at)
{
	while (at < len && s[at] != '\0' && strchr(" \t\r\n", s[at]) != NULL)
		at++;
	return at;
}

/* {"a": or [{ or ["a; a row of CSV may begin with a GUID in braces. */
static bool
is_json(const char *s, size_t len)
{
	size_t at;

	if (len == 0 || (s[0] != '{' && s[0] != '['))
		return false;
	at = skip_blank(s, len, 1);
	if (at == len)
		return false;
	if (s[0] == '{')
		return s[at] == '"' || s[at] == '}';
	return s[at] == '{' || s[at] == '"' || s[at] == ']' || s[at] == '[';
}

static bool
is_html(const char *s, size_t len)
{
	static const char *const starts[] = { "<!doctype html", "<html",
		"<table" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (filekind_begins(s, len, starts[i]))
			return true;
	return false;
}

static bool
is_base64_sign(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

/* Of DER: a SEQUENCE of two bytes of length or more, or of none (X.690 8.1.3);
 * with nothing else in it but line ends. */
static bool
is_base64(const char *s, size_t len)
{
	size_t n = 0;

	if (len < 64 || s[0] != 'M' || s[1] != 'I' ||
	    strchr("AGHIJKL", s[2]) == NULL || s[2] == '\0')
		return false;
	for (size_t i = 0; i < len; i++)
		if (is_base64_sign(s[i]))
			n++;
		else if (s[i] != '\r' && s[i] != '\n')
			return false;
	return n >= 64;
}

enum filekind
filekind_of(const uint8_t *start, size_t len)
{
	enum filekind kind;
	const char *s = (const char *)start;
	size_t at = 0;

	if (len > FILEKIND_LOOK)
		len = FILEKIND_LOOK;
	kind = by_magic(start, len);
	if (kind != FILEKIND_OTHER)
		return kind;
	if (is_pgp(start, len))
		return FILEKIND_PGP;
	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	at = skip_blank(s, len, at);
	s += at;
	len -= at;
	if (is_json(s, len))
		return FILEKIND_JSON;
	if (is_html(s, len))
		return FILEKIND_HTML;
	if (filekind_begins(s, len, "<?xml"))
		return FILEKIND_XML;
	if (mail_is(s, len))
		return FILEKIND_MAIL;
	return is_base64(s, len) ? FILEKIND_BASE64 : FILEKIND_OTHER;
}

static uint32_t
filekind_le(const uint8_t *p, size_t n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

bool
filekind_ends_as_zip(const uint8_t *end, size_t len)
{
	for (size_t at = 0; at + 22 <= len; at++) {
		const uint8_t *p = end + at;
		uint32_t dir;

		if (memcmp(p, "PK\5\6", 4) != 0 ||
		    filekind_le(p + 20, 2) != len - at - 22)
			continue;
		/* One disk, with a directory of at least one member. */
		dir = filekind_le(p + 12, 4);
		if (filekind_le(p + 4, 4) != 0 || filekind_le(p + 10, 2) == 0 ||
		    dir < 46)
			continue;
		if (dir > at || memcmp(p - dir, "PK\1\2", 4) == 0)
			return true;
	}
	return false;
}

/* --- what to do ----------------------------------------------------------- */

#define AS_CSV "open it and save the table as CSV UTF-8"
#define ASK_CSV "ask whoever sent it for the list as CSV"
#define UNPACK "unpack it, and give the file that is in it"
#define FAT_ONLY                                                               \
	"the firmware reads FAT only: format the stick as FAT32 (mkfs.fat) "   \
	"and copy setup.bin to it"

static const char *const refusals[FILEKIND_N] = {
	[FILEKIND_XLSX] = "is an Office document (.xlsx): " AS_CSV,
	[FILEKIND_ODS] = "is an OpenDocument file (.ods): " AS_CSV,
	[FILEKIND_OLE] = "is an Office document (.xls, .doc, .msg): " AS_CSV,
	[FILEKIND_PDF] = "is a PDF: " ASK_CSV,
	[FILEKIND_RTF] = "is a text document (.rtf): " ASK_CSV,
	[FILEKIND_IMAGE] = "is a picture: " ASK_CSV,
	[FILEKIND_JSON] = "is JSON: export the same as CSV",
	[FILEKIND_HTML] = "is a web page (HTML): " AS_CSV,
	[FILEKIND_XML] = "is XML: export the same as CSV",
	[FILEKIND_MAIL] = "is a mail: save its attachment, and give that file",
	[FILEKIND_SQLITE] = "is a database of SQLite: export the table as CSV",
	[FILEKIND_ZIP] = "is a zip: " UNPACK,
	[FILEKIND_SEVENZIP] = "is packed (.7z): " UNPACK,
	[FILEKIND_TAR] = "is a tar: " UNPACK,
	[FILEKIND_GZIP] = "is compressed (gzip): " UNPACK,
	[FILEKIND_BZIP2] = "is compressed (bzip2): " UNPACK,
	[FILEKIND_XZ] = "is compressed (xz): " UNPACK,
	[FILEKIND_ZSTD] = "is compressed (zstd): " UNPACK,
	[FILEKIND_LZ4] = "is compressed (lz4): " UNPACK,
	[FILEKIND_LZIP] = "is compressed (lzip): " UNPACK,
	[FILEKIND_COMPRESS] = "is compressed (.Z): " UNPACK,
	[FILEKIND_RAR] = "is packed (.rar): " UNPACK,
	[FILEKIND_CAB] = "is packed (.cab): " UNPACK " (cabextract)",
	[FILEKIND_EXE] =
	    "is a program (.exe), perhaps one that unpacks itself: "
	    "do not run it here, ask for the file that is in it",
	[FILEKIND_PGP] = "is encrypted or signed with OpenPGP: decrypt it with "
	                 "gpg --decrypt, and give what comes out",
	[FILEKIND_BASE64] = "is Base64, as a mail or a certificate authority "
	                    "writes it: decode it with base64 -d",
	[FILEKIND_PCAP] = "is a capture of packets: amt-hello reads it",
	[FILEKIND_SNOOP] = "is a capture of snoop: convert it with "
	                   "editcap -F pcap",
	[FILEKIND_NETMON] = "is a capture of Network Monitor: convert it with "
	                    "editcap -F pcap",
	[FILEKIND_EXFAT] = "is exFAT: " FAT_ONLY,
	[FILEKIND_NTFS] = "is NTFS: " FAT_ONLY,
	[FILEKIND_VM_DISK] = "is a virtual machine's disk: convert it with "
	                     "qemu-img convert -O raw",
	[FILEKIND_DESKTOP] = "is a file that a desktop writes beside others: "
	                     "there is nothing in it",
};

const char *
filekind_refusal(enum filekind kind, uint64_t reads)
{
	return (reads & FILEKIND_BIT(kind)) != 0 ? NULL : refusals[kind];
}
