#ifndef SETUP_OWN_H
#define SETUP_OWN_H

/*
 * setup_own - settings that are set in a way of their own: a one-time password
 * that is only compared, the time that the machine still waits for setup, the
 * clock, which is never the same when it is read back, and passwords, which are
 * not readable and are known by what opens.
 */
#include "setup/setting.h"

setting_apply_fn setup_otp, setup_window, setup_clock, setup_mebx, setup_admin;

#endif
