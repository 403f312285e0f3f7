#include "report/report_formats.h"

#include "lib/outputs.h"

void
report_health(FILE *f, const struct fleet *fleet)
{
	const char *status = "complete", *why = "";

	if (fleet->cut != NULL) {
		status = "cut short";
		why = fleet->cut;
	}
	if (fleet->broken[0] != '\0') {
		status = "failed";
		why = fleet->broken;
	}
	(void)fprintf(f,
	    "{\"made_at\":\"%s\",\"status\":\"%s\",\"why\":", fleet->made_at,
	    status);
	output_json(f, why);
	if (fleet->broken[0] == '\0')
		(void)fprintf(f,
		    ",\"machines\":%zu,\"set_up\":%zu,\"need_a_person\":%zu,"
		    "\"retried\":%zu,\"waiting\":%zu,\"unseen\":%zu,"
		    "\"unprovisioned\":%zu,"
		    "\"refused_records\":%llu",
		    fleet->nmachines, fleet->in_group[FLEET_SET_UP],
		    fleet->in_group[FLEET_PERSON],
		    fleet->in_group[FLEET_RETRIES],
		    fleet->in_group[FLEET_WAITS], fleet->in_group[FLEET_UNSEEN],
		    fleet->in_group[FLEET_TAKEN_BACK],
		    (unsigned long long)fleet->refused_records);
	if (fleet->listener.state != LISTENER_UNASKED)
		(void)fprintf(f,
		    ",\"listener\":\"%s\",\"listener_age\":%lld,"
		    "\"hellos_waiting\":%llu",
		    listener_state_name(fleet->listener.state),
		    (long long)fleet->listener.age,
		    (unsigned long long)fleet->listener.waiting);
	(void)fputs("}\n", f);
}
