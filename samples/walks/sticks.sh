# Sticks from new keys to a list of the keys that no machine took, in the folder
# that has the site in "site".
# shellcheck shell=bash

# Fifty new keys on sticks of twenty at most, and labels to print.
amt-sticks -d site -b lab7 -g -n 50 -m 20 --labels labels.html -o lab7.img
# The same for machines by name (man setupbin_csv); every value is shown before it is written.
printf 'machine,new-mebx-password\npc-0001,random\npc-0002,random\n' >machines.csv
amt-sticks -d site -b named -g -c machines.csv --explain --yes -o named.img
# What is on which stick, and in which record.
amt-sticks -d site --list
amt-sticks -d site --records
# When the sticks come back: which machines took their key, and which did not.
amt-sticks -d site --collect lab7-1.img lab7-2.img lab7-3.img named.img
# Overwrite the sticks and read them back.  --yes, because some of their keys
# were not taken.
amt-sticks -d site --wipe --yes lab7-1.img lab7-2.img lab7-3.img named.img
