#include "report/columns.h"

static const char *
machine_remedy(const struct machine *m)
{
	if (m->reason == REASON_NONE)
		return "";
	return reason_get(m->reason)->remedy;
}

const struct report_column report_columns[] = {
	{ .device = DEVICES_UUID },
	{ .device = DEVICES_FQDN },
	{ .device = DEVICES_ADDRESS },
	{ .device = DEVICES_BATCH },
	{ .device = DEVICES_PID },
	{ .device = DEVICES_STATE },
	{ .device = DEVICES_REASON },
	{ .name = "remedy", .type = COLUMN_TEXT, .value = machine_remedy },
	{ .device = DEVICES_ATTEMPTS },
	{ .device = DEVICES_FIRMWARE },
	{ .device = DEVICES_FIRST_HEARD },
	{ .device = DEVICES_LAST_HEARD },
	{ .device = DEVICES_SET_UP },
	{ .device = DEVICES_HELLOS },
	{ .device = DEVICES_CLOSES },
	{ .device = DEVICES_DETAIL, .json_only = true },
	{ .device = DEVICES_NOT_BEFORE, .json_only = true },
	{ .device = DEVICES_TLS, .json_only = true },
	{ .device = DEVICES_CHAIN, .json_only = true },
	{ .device = DEVICES_DEVICE_CERT, .json_only = true },
	{ .device = DEVICES_DEVICE_KIND, .json_only = true },
	{ .device = DEVICES_ROOTS, .json_only = true },
};
const size_t report_ncolumns =
    sizeof(report_columns) / sizeof(report_columns[0]);

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
