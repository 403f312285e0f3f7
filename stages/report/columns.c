#include "report/columns.h"

static const char *
machine_remedy(const struct machine *m)
{
	if (m->reason == REASON_NONE)
		return "";
	return reason_get(m->reason)->remedy;
}

static const char *
machine_status(const struct machine *m)
{
	return fleet_group_name(m->group);
}

/* clang-format would break each of these into three lines. */
/* clang-format off */
#define SHOWN(column, files, its_label)                                        \
	{ .device = column, .in = files, .label = its_label }
#define FOLDED(column, files, its_label)                                       \
	{ .device = column, .in = files, .label = its_label, .folded = true }
#define IN_BOTH (IN_JSON | IN_HTML)

const struct report_column report_columns[] = {
	FOLDED(DEVICES_UUID, IN_ALL, "UUID"),
	SHOWN(DEVICES_FQDN, IN_ALL, "Name"),
	SHOWN(DEVICES_ADDRESS, IN_ALL, "Address"),
	SHOWN(DEVICES_BATCH, IN_ALL, "Batch"),
	FOLDED(DEVICES_PID, IN_ALL, "PID"),
	FOLDED(DEVICES_STATE, IN_ALL, "State"),
	{ .name = "status", .type = COLUMN_TEXT, .value = machine_status,
	    .in = IN_BOTH, .label = "Status" },
	SHOWN(DEVICES_REASON, IN_ALL, "Reason"),
	/* The page has it once, with its reason. */
	{ .name = "remedy", .type = COLUMN_TEXT, .value = machine_remedy,
	    .in = IN_CSV | IN_JSON },
	FOLDED(DEVICES_ATTEMPTS, IN_ALL, "Attempts"),
	SHOWN(DEVICES_FIRMWARE, IN_ALL, "AMT"),
	FOLDED(DEVICES_FIRST_HEARD, IN_ALL, "First heard"),
	SHOWN(DEVICES_LAST_HEARD, IN_ALL, "Last heard"),
	SHOWN(DEVICES_SET_UP, IN_ALL, "Set up"),
	FOLDED(DEVICES_HELLOS, IN_ALL, "Hellos"),
	FOLDED(DEVICES_CLOSES, IN_ALL, "Window closes"),
	FOLDED(DEVICES_PROFILE, IN_ALL, "Profile"),
	FOLDED(DEVICES_DETAIL, IN_BOTH, "Detail"),
	FOLDED(DEVICES_NOT_BEFORE, IN_BOTH, "Not before"),
	FOLDED(DEVICES_TLS, IN_BOTH, "TLS"),
	FOLDED(DEVICES_CHAIN, IN_BOTH, "Our certificate"),
	FOLDED(DEVICES_DEVICE_CERT, IN_BOTH, "Its certificate"),
	FOLDED(DEVICES_DEVICE_KIND, IN_BOTH, "Kind of its certificate"),
	FOLDED(DEVICES_ROOTS, IN_BOTH, "Roots it knows"),
};
/* clang-format on */
const size_t report_ncolumns =
    sizeof(report_columns) / sizeof(report_columns[0]);
_Static_assert(sizeof(report_columns) / sizeof(report_columns[0]) <=
        REPORT_COLUMNS_MAX,
    "more columns than REPORT_COLUMNS_MAX");

const char *
report_column_name(const struct report_column *c)
{
	return c->value != NULL ? c->name
	                        : kind_devices.columns[c->device].name;
}

enum column_type
report_column_type(const struct report_column *c)
{
	return c->value != NULL ? c->type
	                        : kind_devices.columns[c->device].type;
}

const char *
report_column_value(const struct report_column *c, const struct machine *m)
{
	return c->value != NULL ? c->value(m) : m->field[c->device];
}

const char *
report_column_cut(const struct report_column *c, const char *why)
{
	if (c->value == machine_remedy)
		return why;
	if (c->value == NULL && c->device == DEVICES_STATE)
		return "cut-short";
	return "";
}
