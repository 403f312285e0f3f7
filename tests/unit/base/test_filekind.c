#include "base/filekind.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MII                                                                    \
	"MIIBszCCARygAwIBAgIBATANBgkqhkiG9w0BAQsFADASMRAwDgYDVQQDDAdFeGFtcGxl" \
	"MB4XDTI2MDEwMTAwMDAwMFoXDTI3MDEwMTAwMDAwMFow\r\n"

static const struct {
	enum filekind kind;
	size_t len; /* 0: of the text */
	const char *bytes;
} files[] = {
	{ FILEKIND_XLSX, 49,
	    "PK\3\4\24\0\6\0\10\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\23\0\0\0"
	    "[Content_Types].xml" },
	{ FILEKIND_ODS, 61,
	    "PK\3\4\24\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\10\0\0\0"
	    "mimetypeapplication/vnd.oasis.o" },
	{ FILEKIND_ZIP, 38,
	    "PK\3\4\24\0\0\0\0\0\0\0!\0\0\0\0\0\0\0\0\0\0\0\0\0\10\0\0\0"
	    "keys.csv" },
	{ FILEKIND_OLE, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" },
	{ FILEKIND_PDF, 0, "%PDF-1.7" },
	{ FILEKIND_RTF, 0, "{\\rtf1\\ansi" },
	{ FILEKIND_IMAGE, 8, "\x89PNG\r\n\x1a\n" },
	{ FILEKIND_IMAGE, 4, "\xff\xd8\xff\xe0" },
	{ FILEKIND_JSON, 0, "{\n  \"devices\": [" },
	{ FILEKIND_JSON, 0, "\xef\xbb\xbf[\r\n  {\"uuid\": 1}" },
	{ FILEKIND_HTML, 0, "\r\n<!DOCTYPE HTML PUBLIC" },
	{ FILEKIND_HTML, 0, "<table border=1>" },
	{ FILEKIND_XML, 0, "\xef\xbb\xbf<?xml version=\"1.0\"?>" },
	{ FILEKIND_MAIL, 0,
	    "Received: from a.example\r\n\tby b.example\r\nFrom: "
	    "a@a.example\r\n"
	    "Subject: keys\r\n" },
	{ FILEKIND_MAIL, 0,
	    "X-Mozilla-Status: 0001\nReturn-Path: <a@a.example>\nDate: x\n" },
	{ FILEKIND_SQLITE, 16, "SQLite format 3\0" },
	{ FILEKIND_SEVENZIP, 6, "7z\xbc\xaf\x27\x1c" },
	{ FILEKIND_GZIP, 4, "\x1f\x8b\x08\0" },
	{ FILEKIND_BZIP2, 0, "BZh91AY&SY" },
	{ FILEKIND_XZ, 6, "\xfd\x37zXZ\0" },
	{ FILEKIND_ZSTD, 4, "\x28\xb5\x2f\xfd" },
	{ FILEKIND_LZ4, 4, "\x04\x22\x4d\x18" },
	{ FILEKIND_LZIP, 5, "LZIP\1" },
	{ FILEKIND_COMPRESS, 3, "\x1f\x9d\x90" },
	{ FILEKIND_RAR, 7, "Rar!\x1a\7\1" },
	{ FILEKIND_CAB, 8, "MSCF\0\0\0\0" },
	{ FILEKIND_PGP, 0, "-----BEGIN PGP MESSAGE-----\n" },
	{ FILEKIND_PGP, 16, "\x85\1\x0c\3\1\2\3\4\5\6\7\10\4\0\xa5\xa5" },
	{ FILEKIND_PGP, 16, "\x8c\x0d\4\x09\3\2\1\2\3\4\5\6\7\10\xff\xd2" },
	{ FILEKIND_BASE64, 0, MII MII },
	{ FILEKIND_PCAP, 4, "\xd4\xc3\xb2\xa1" },
	{ FILEKIND_PCAP, 4, "\x0a\x0d\x0d\x0a" },
	{ FILEKIND_SNOOP, 8, "snoop\0\0\0" },
	{ FILEKIND_NETMON, 6, "GMBU\0\2" },
	{ FILEKIND_EXFAT, 11,
	    "\xeb\x76\x90"
	    "EXFAT   " },
	{ FILEKIND_NTFS, 11,
	    "\xeb\x52\x90"
	    "NTFS    " },
	{ FILEKIND_VM_DISK, 8, "QFI\xfb\0\0\0\3" },
	{ FILEKIND_DESKTOP, 4, "\0\5\26\7" },
	{ FILEKIND_DESKTOP, 8, "\0\0\0\1Bud1" },
	/* texts and binaries that are read */
	{ FILEKIND_OTHER, 0, "" },
	{ FILEKIND_OTHER, 0, "uuid,fqdn\n" },
	{ FILEKIND_OTHER, 0,
	    "{6513270e-269e-4d37-b2a7-4de452e6b438},pc1.example.com\n" },
	{ FILEKIND_OTHER, 0, "[pc1],6513270e-269e-4d37-b2a7-4de452e6b438\n" },
	{ FILEKIND_OTHER, 0, "BZhost1,a\n" },
	{ FILEKIND_OTHER, 0, "GMBU1,a\nMZ,b\nRTSS,c\n" },
	{ FILEKIND_OTHER, 0, "LZIP,a\nPK,b\nKDMV,c\n" },
	{ FILEKIND_OTHER, 0, "Hostname: pc1\n# dmidecode 3.4\nUUID: 1\n" },
	{ FILEKIND_OTHER, 0, "From,To,Date\na,b,c\n" },
	{ FILEKIND_OTHER, 0, "<keys>\n" },
	{ FILEKIND_OTHER, 0, "MIIB,a\n" },
	{ FILEKIND_OTHER, 0, "-----BEGIN CMS-----\nMIIB\n" },
	{ FILEKIND_OTHER, 4, "\x30\x82\x01\x00" },
	{ FILEKIND_OTHER, 4, "\0\0\2\0" },
	{ FILEKIND_OTHER, 0, "\xc3\x96rtliche Namen,uuid,fqdn\n" },
};

static void
kinds_are_told_by_how_they_begin(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		size_t n =
		    files[i].len != 0 ? files[i].len : strlen(files[i].bytes);
		uint8_t *tight = malloc(n + 1); /* ASan guards its end */

		assert_non_null(tight);
		memcpy(tight + 1, files[i].bytes, n);
		assert_int_equal(filekind_of(tight + 1, n), files[i].kind);
		free(tight);
	}
}

static void
every_prefix_is_looked_at_safely(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		size_t n =
		    files[i].len != 0 ? files[i].len : strlen(files[i].bytes);

		for (size_t k = 0; k < n; k++) {
			uint8_t *tight = malloc(k + 1);
			enum filekind kind;

			assert_non_null(tight);
			memcpy(tight + 1, files[i].bytes, k);
			kind = filekind_of(tight + 1, k);
			assert_true(kind < FILEKIND_N);
			free(tight);
		}
	}
}

static void
a_tar_and_a_program_are_told_by_their_header(void **state)
{
	uint8_t block[512] = "keys.csv";

	(void)state;
	assert_int_equal(filekind_of(block, sizeof(block)), FILEKIND_OTHER);
	memcpy(block + 257, "ustar", 6);
	assert_int_equal(filekind_of(block, sizeof(block)), FILEKIND_TAR);
	memset(block, 0, sizeof(block));
	memcpy(block, "MZ\x90", 3);
	assert_int_equal(filekind_of(block, sizeof(block)), FILEKIND_EXE);
}

static void
every_kind_says_what_to_do_unless_it_is_read(void **state)
{
	(void)state;
	assert_null(filekind_refusal(FILEKIND_OTHER, 0));
	for (unsigned i = FILEKIND_OTHER + 1; i < FILEKIND_N; i++) {
		const char *said = filekind_refusal((enum filekind)i, 0);

		assert_non_null(said);
		assert_memory_equal(said, "is ", 3);
		assert_non_null(strstr(said, ": "));
		assert_true(strlen(said) < 160);
		assert_null(
		    filekind_refusal((enum filekind)i, FILEKIND_BIT(i)));
	}
}

static void
a_zip_is_told_by_an_end_that_reaches_to_the_last_byte(void **state)
{
	uint8_t zip[100] = "text before";
	uint8_t *dir = zip + 20, *end = zip + 66;

	(void)state;
	memcpy(dir, "PK\1\2", 4);
	memcpy(end, "PK\5\6\0\0\0\0\1\0\1\0\x2e\0\0\0", 16);
	assert_true(filekind_ends_as_zip(zip, 88));
	/* Only the last bytes: the directory began before them. */
	assert_true(filekind_ends_as_zip(end, 22));
	for (size_t len = 0; len < 88; len++)
		assert_false(filekind_ends_as_zip(zip, len));
	assert_false(filekind_ends_as_zip(zip, 89));
	end[20] = 12; /* a comment */
	assert_true(filekind_ends_as_zip(zip, 100));
	dir[0] = 'Q';
	assert_false(filekind_ends_as_zip(zip, 100));
	dir[0] = 'P';
	end[10] = 0; /* no member */
	assert_false(filekind_ends_as_zip(zip, 100));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_are_told_by_how_they_begin),
		cmocka_unit_test(every_prefix_is_looked_at_safely),
		cmocka_unit_test(a_tar_and_a_program_are_told_by_their_header),
		cmocka_unit_test(
		    a_zip_is_told_by_an_end_that_reaches_to_the_last_byte),
		cmocka_unit_test(every_kind_says_what_to_do_unless_it_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
