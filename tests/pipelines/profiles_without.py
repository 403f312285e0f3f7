"""Profiles that each lack a setting.

profiles_without.py PROFILE <ROWS: of each line that begins with FQDN, TAB and
SETTING[+SETTING...] a profile for that machine, which is PROFILE without these.  Of a list LIST-FIELD is taken out of
every entry; LIST:NAME is a whole entry.
"""
import copy
import sys
import xml.etree.ElementTree as tree

base = tree.parse(sys.argv[1]).getroot()
lists = {e.tag for e in base if e.get('name')}


def without(profile, setting):
    """Takes the setting out; was it there?"""
    if ':' in setting:
        name, entry = setting.split(':')
        profile.remove(profile.find("%s[@name='%s']" % (name, entry)))
        return True
    found = profile.findall(setting)
    for element in found:
        profile.remove(element)
    for name in lists:
        if not setting.startswith(name + '-'):
            continue
        for entry in profile.findall(name):
            for field in entry.findall(setting[len(name) + 1:]):
                entry.remove(field)
                found.append(field)
    return bool(found)


root = tree.Element('profiles')
rules = []
for number, line in enumerate(sys.stdin):
    fqdn, settings = line.rstrip('\n').split('\t')[:2]
    profile = copy.deepcopy(base)
    profile.set('name', 'p%d' % number)
    for setting in settings.split('+'):
        if not without(profile, setting):
            sys.exit(setting + ' is not in the profile')
    root.append(profile)
    rules.append(tree.Element('rule', profile=profile.get('name'), fqdn=fqdn))
for rule in reversed(rules):
    root.insert(0, rule)
print(tree.tostring(root, encoding='unicode'))
