#include "store/events.h"

/*
 * at, what, reason, text; then what comes first within a second.  A sender of
 * hellos gives two events, its first hello and its last; keys are those that
 * its hellos named and the one that set it up.  Inventories may differ in what
 * the machine is.
 */
#define SQL_ABOUT(column)                                                      \
	"SELECT NULL, '" #column "', '', " #column                             \
	" || ' by ' || group_concat(source, ', '), 0 FROM"                     \
	"  (SELECT DISTINCT " #column ", source FROM map"                      \
	"   WHERE uuid = ?1 AND " #column " <> '' ORDER BY source)"            \
	" GROUP BY " #column
#define SQL_MODEL SQL_ABOUT(model)
#define SQL_SERIAL SQL_ABOUT(serial)
#define SQL_NAMES                                                                \
	"SELECT NULL AS at, 'name' AS what, '' AS reason,"                       \
	"  fqdn || ' by ' || source || ' (' || place || ')' AS text, 0 AS rank"  \
	" FROM map WHERE uuid = ?1"                                              \
	" UNION ALL "                                                            \
	"SELECT at, 'settled', '', 'by ' || who || ': ' || fqdn ||"              \
	"  CASE WHEN why = '' THEN '' ELSE ' (' || why || ')' END, 1"            \
	" FROM settlements WHERE uuid = ?1"                                      \
	" UNION ALL "                                                            \
	"SELECT undone_at, 'settled', '', fqdn || ' undone by ' || undone_by, 1" \
	" FROM settlements WHERE uuid = ?1 AND undone_at IS NOT NULL"            \
	" UNION ALL "                                                            \
	"SELECT at, 'lookup', reason, detail, 1 FROM lookups WHERE uuid = ?1"

#define KEYS_OF                                                                \
	"SELECT pid FROM callers WHERE uuid = ?1 AND pid <> ''"                \
	" UNION SELECT pid FROM jobs WHERE uuid = ?1 AND pid <> ''"
#define SQL_KEYS                                                                      \
	"SELECT added, 'key', '', pid || ' of batch ' || batch || ' from ' || place," \
	"  2 FROM keys WHERE pid IN (" KEYS_OF ")"                                    \
	" UNION ALL "                                                                 \
	"SELECT at, 'key', '', pid || ' ' || key_state_name(state) || ': ' || cause," \
	"  CASE WHEN state = key_state('used') THEN 10 ELSE 4 END"                    \
	" FROM key_history WHERE pid IN (" KEYS_OF ")"

#define SENDER                                                                 \
	"address || ', version ' || version ||"                                \
	" CASE WHEN pid = '' THEN '' ELSE ', PID ' || pid END"
#define SQL_HELLOS                                                             \
	"SELECT first_heard, 'hello', '', 'first from ' || " SENDER ", 3"      \
	" FROM callers WHERE uuid = ?1"                                        \
	" UNION ALL "                                                          \
	"SELECT last_heard, 'hello', verdict,"                                 \
	"  'last of ' || hellos || ' from ' || " SENDER ", 3"                  \
	" FROM callers WHERE uuid = ?1 AND (hellos > 1 OR verdict <> '')"

#define SQL_JOBS                                                                 \
	"SELECT planned_at, 'planned', '', wish || ' as ' || fqdn || ' at ' ||"  \
	"  address || ', attempt ' || attempt ||"                                \
	"  CASE WHEN profile = '' THEN '' ELSE ', profile ' || profile END, 5"   \
	" FROM jobs WHERE uuid = ?1"                                             \
	" UNION ALL "                                                            \
	"SELECT r.at, r.milestone, r.reason,"                                    \
	"  CASE WHEN r.setting = '' THEN r.detail ELSE r.setting ||"             \
	"   CASE WHEN r.item = '' THEN '' ELSE ' ' || r.item END ||"             \
	"   CASE WHEN r.wanted = '' THEN ''"                                     \
	"    ELSE ', wanted ' || substr(r.wanted, 1, 80) END ||"                 \
	"   CASE WHEN r.found = '' OR r.setting = 'certificate' THEN ''"         \
	"    ELSE ', found ' || substr(r.found, 1, 80) END END,"                 \
	"  CASE r.milestone WHEN 'reached' THEN 6 WHEN 'committed' THEN 8"       \
	"   WHEN 'verified' THEN 9 WHEN 'in-order' THEN 9 WHEN 'failed' THEN 10" \
	"   ELSE 7 END"                                                          \
	" FROM jobs j JOIN results r USING (job) WHERE j.uuid = ?1"              \
	" UNION ALL "                                                            \
	"SELECT ended_at, 'ended', ifnull(reason, ''), wish, 11"                 \
	" FROM jobs WHERE uuid = ?1 AND ended_at IS NOT NULL"                    \
	" UNION ALL "                                                            \
	"SELECT issued_at, 'certificate', '', subject || ', until ' ||"          \
	"  strftime('%Y-%m-%d', until, 'unixepoch'), 7"                          \
	" FROM issued WHERE uuid = ?1"

const char events_sql[] = SQL_NAMES
    " UNION ALL " SQL_MODEL " UNION ALL " SQL_SERIAL " UNION ALL " SQL_KEYS
    " UNION ALL " SQL_HELLOS " UNION ALL " SQL_JOBS " ORDER BY at, rank, text";
