#ifndef SETTING_FITS_H
#define SETTING_FITS_H

/*
 * setting_fits - what settings of networks and remote access need of each
 * other: without it the firmware refuses the whole entry, on every machine.
 * For setting_table.c.
 */
#include "setup/setting.h"
#include "setup/settings.h"

setting_fits_fn setting_fits_wired, setting_fits_wifi, setting_fits_mps,
    setting_fits_mps_policy;

#endif
