/*
 * profile-show - which profile a machine gets, by which rule, and every value
 * in it.  Secrets are masked.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/evp.h>

#include "amt/release.h"
#include "base/text.h"
#include "lib/clock.h"
#include "lib/option.h"
#include "lib/outputs.h"
#include "lib/profilefile.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "plan/profile_rows.h"
#include "setup/settings_fit.h"
#include "store/names.h"
#include "store/store.h"
#include "store/subject.h"

#define SECRET_MASK "***"

struct showing {
	const char *dir, *profile_path, *machine;
	const char *firmware; /* as if it had this one; or NULL */
	int64_t map_days;
	struct profiles profiles;
	struct subject subject;
	unsigned release; /* 0: not known */
};

enum { OPT_FOR = 1, OPT_FIRMWARE };

static void
line_show(const char *what, const char *value)
{
	(void)printf("%-26s ", what);
	output_plain(stdout, value[0] != '\0' ? value : "not known");
	(void)putchar('\n');
}

static void
subject_show(const struct showing *s)
{
	const struct subject *m = &s->subject;

	line_show("machine", m->uuid);
	line_show("name", m->fqdn);
	line_show("address", m->address);
	line_show("release", s->firmware != NULL ? s->firmware : m->firmware);
	line_show("batch", m->batch);
	if (m->told.ou[0] != '\0')
		line_show("ou", m->told.ou);
	if (m->model[0] != '\0')
		line_show("model", m->model);
}

/* --- values --------------------------------------------------------------- */

/* Why the release does not take setting number i; or "". */
static void
lack_find(char why[160], const struct showing *s, const struct profile *p,
    size_t i)
{
	struct settings_lack lack;
	char what[120];
	size_t at = i;

	why[0] = '\0';
	if (!settings_lacks(&p->settings, s->release, &at, &lack) ||
	    at != i + 1)
		return;
	settings_lack_describe(what, sizeof(what), &lack);
	(void)snprintf(why, 160, "   (left out: %s)", what);
}

/* What a person can compare of bytes. */
static void
bytes_show(const char *base64)
{
	unsigned char bytes[SETTING_LONG_MAX], sum[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	size_t len = strlen(base64);
	size_t pad = strspn(base64 + strcspn(base64, "="), "=");
	unsigned nsum = 0;
	int n = len > SETTING_LONG_MAX
	    ? -1
	    : EVP_DecodeBlock(bytes, (const unsigned char *)base64, (int)len);

	if (n < (int)pad ||
	    EVP_Digest(bytes, (size_t)n - pad, sum, &nsum, EVP_sha256(),
	        NULL) != 1)
		return;
	text_hex(hex, sum, nsum);
	(void)printf("SHA-256 %s", hex);
}

static void
value_show(const struct showing *s, const struct profile *p, size_t i,
    const struct setting *row)
{
	const struct settings_value *v = &p->settings.list[i];
	char what[160], why[160];

	if (strcmp(v->value, "keep") == 0)
		return;
	if (row->list == NULL)
		(void)snprintf(what, sizeof(what), "%s", row->name);
	else
		(void)snprintf(what, sizeof(what), "%s \"%s\" %s", row->list,
		    v->item, profile_rows_element(row));
	lack_find(why, s, p, i);
	(void)printf("%-26s ", what);
	if (profile_rows_is_secret(row))
		(void)printf(SECRET_MASK);
	else if (row->type == SETTING_BASE64)
		bytes_show(v->value);
	else
		output_plain(stdout, v->value);
	output_plain(stdout, why);
	(void)putchar('\n');
}

/* All fields of an entry together, in the order of the table; the entries in
 * the order of the file. */
static void
list_show(const struct showing *s, const struct profile *p, const char *list)
{
	const struct settings *all = &p->settings;

	for (size_t i = 0; i < all->n; i++) {
		const struct setting *row =
		    profile_rows_of(all->list[i].setting);

		if (profile_rows_is_field(row, list))
			value_show(s, p, i, row);
	}
}

static void
values_show(const struct showing *s, const struct profile *p)
{
	for (size_t r = 0; r < setting_count; r++) {
		const struct setting *row = &setting_table[r];

		if (row->list != NULL && profile_rows_leads_list(row))
			list_show(s, p, row->list);
		for (size_t i = 0; row->list == NULL && i < p->settings.n; i++)
			if (p->settings.list[i].setting == row->name)
				value_show(s, p, i, row);
	}
}

static void
passwords_show(const struct profile *p)
{
	static const char *const admin[] = {
		[PROFILE_ADMIN_RANDOM] = "random, of its own",
		[PROFILE_ADMIN_FIXED] = SECRET_MASK " (fixed)",
		[PROFILE_ADMIN_DERIVED] =
		    SECRET_MASK " (derived from a master)",
	};
	static const char *const mebx[] = {
		[PROFILE_MEBX_KEEP] = "as it is",
		[PROFILE_MEBX_RANDOM] = "random, of its own",
		[PROFILE_MEBX_FIXED] = SECRET_MASK " (fixed)",
		[PROFILE_MEBX_DERIVED] = SECRET_MASK " (derived from a master)",
	};

	line_show("admin-password", admin[p->admin_mode]);
	line_show("mebx-password", mebx[p->mebx_mode]);
}

/* What is set of its name, as the sweep takes it apart. */
static void
name_show(const char *fqdn)
{
	char host[DOMAIN_HOST], domain[DOMAIN_TEXT];

	if (fqdn[0] == '\0') {
		line_show("host", "");
		return;
	}
	domain_split(host, domain, fqdn);
	line_show("host", host);
	line_show("domain", domain);
}

/* --- the profile ---------------------------------------------------------- */

/* Would it be refused?  Then no value is of interest. */
static bool
refusal_show(const struct showing *s, const struct profile *p)
{
	char what[160];

	if (!settings_refused(what, sizeof(what), &p->settings, s->release))
		return false;
	(void)printf("not set up: PROFILE-UNSUPPORTED, as %s\n", what);
	return true;
}

/* A rule before the one that fits may do so once the release is known. */
static void
rules_later_show(const struct showing *s, const struct assign_facts *facts,
    const struct assign_rule *fits)
{
	for (size_t i = 0; i < s->profiles.rules.n; i++) {
		const struct assign_rule *rule = &s->profiles.rules.list[i];
		struct assign_rule rest = *rule;

		if (rule == fits)
			return;
		if (rest.text[ASSIGN_RELEASE][0] == '\0')
			continue;
		rest.text[ASSIGN_RELEASE][0] = '\0';
		if (s->release == 0 && assign_fits(&rest, facts))
			(void)printf("%-26s line %zu: profile %s if its "
			             "release is %s\n",
			    "or", rule->line, rule->profile,
			    rule->text[ASSIGN_RELEASE]);
	}
}

/* False: it gets none. */
static bool
profile_show(const struct showing *s)
{
	const struct assign_facts facts = {
		.uuid = s->subject.uuid,
		.fqdn = s->subject.fqdn,
		.ou = s->subject.told.ou,
		.address = s->subject.address,
		.release =
		    s->firmware != NULL ? s->firmware : s->subject.firmware,
		.batch = s->subject.batch,
		.model = s->subject.model,
		.chosen = s->subject.told.profile,
	};
	const struct assign_rule *rule;
	const struct profile *p = profiles_choose(&s->profiles, &facts, &rule);
	char text[1024];

	if (facts.chosen[0] != '\0')
		line_show("chosen by the program", facts.chosen);
	if (p == NULL) {
		(void)printf("not set up: PROFILE-NONE, as %s %s %s",
		    s->profile_path,
		    facts.chosen[0] != '\0' ? "has no profile" : "has no rule",
		    facts.chosen[0] != '\0' ? facts.chosen : "that fits");
		(void)putchar('\n');
		rules_later_show(s, &facts, NULL);
		return false;
	}
	if (rule != NULL) {
		assign_describe(text, sizeof(text), rule);
		(void)printf("%-26s line %zu: ", "rule", rule->line);
		output_plain(stdout, text);
		(void)putchar('\n');
	}
	rules_later_show(s, &facts, rule);
	line_show("profile", p->name);
	(void)putchar('\n');
	if (refusal_show(s, p))
		return false;
	name_show(s->subject.fqdn);
	passwords_show(p);
	values_show(s, p);
	return true;
}

/* --- the machine ---------------------------------------------------------- */

/* Nothing is known of it but what was typed: a rule can be tried so. */
static void
subject_made_up(struct showing *s)
{
	struct subject *m = &s->subject;
	const char *text = s->machine;
	uint8_t uuid[UUID_LEN];
	char shown[80];

	if (uuid_parse(uuid, text, strlen(text), NULL) == 0)
		uuid_format(m->uuid, uuid);
	else if (strchr(text, '.') == NULL ||
	    domain_parse(m->fqdn, text, strlen(text), NULL) == -1) {
		text_show(shown, sizeof(shown), text, strlen(text));
		errx(EX_DATAERR,
		    "--for: no machine has this UUID or name (got \"%s\", "
		    "expected one of the inventory, or any full name)",
		    shown);
	}
	stage_say("--for", 0,
	    "note: neither was it heard nor is it in the inventory");
}

static void
subject_read(struct showing *s)
{
	char cutoff[CLAIMS_SEEN], shown[80];
	struct store store;
	size_t n;

	store_open(&store, s->dir);
	names_cutoff(cutoff, clock_seconds(), s->map_days);
	n = subject_find(&store, s->machine, cutoff, &s->subject);
	store_close(&store);
	if (n == 0)
		subject_made_up(s);
	text_show(shown, sizeof(shown), s->machine, strlen(s->machine));
	if (n > 1)
		errx(EX_DATAERR,
		    "--for: %zu machines have this name, give its UUID (got "
		    "\"%s\")",
		    n, shown);
}

static void
release_find(struct showing *s)
{
	const char *text =
	    s->firmware != NULL ? s->firmware : s->subject.firmware;
	struct release r;
	struct fault f;

	if (release_parse(&r, text, &f) == 0)
		s->release = SETTING_RELEASE(r.major, r.minor);
	else if (s->firmware != NULL)
		errx(EX_USAGE, "--firmware: %s", f.why);
}

static void
parse_args(struct showing *s, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "firmware", required_argument, NULL, OPT_FIRMWARE },
		{ "for", required_argument, NULL, OPT_FOR },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "d:m:p:", longopts)) != -1)
		switch (ch) {
		case 'd':
			s->dir = optarg;
			break;
		case 'm':
			s->map_days = (int64_t)option_setting(SITECONF_MAP_DAYS,
			    "-m", optarg);
			break;
		case 'p':
			s->profile_path = optarg;
			break;
		case OPT_FIRMWARE:
			s->firmware = optarg;
			break;
		case OPT_FOR:
			s->machine = optarg;
			break;
		default:
			stage_usage();
		}
	if (s->dir == NULL || s->profile_path == NULL || s->machine == NULL ||
	    optind != argc)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	static struct showing s;
	bool gets;

	stage_begin("-d site -p profile.xml [-m days] [--firmware release] "
	            "--for machine",
	    MAY_READ_FILES | MAY_USE_STORE);
	wipe_openssl();
	wipe_libxml();
	parse_args(&s, argc, argv);
	stage_uses_folder(s.dir);
	stage_reads(s.profile_path);
	stage_confine();
	profile_file(&s.profiles, s.profile_path);
	subject_read(&s);
	release_find(&s);
	subject_show(&s);
	gets = profile_show(&s);
	profiles_free(&s.profiles);
	if (!gets)
		stage_refused_before(1);
	return stage_end();
}
