# What the tests of the store's programs share: a site of their own.
bats_require_minimum_version 1.5.0

# An empty store in $site; $tmp for what else there is.
store_setup() {
	tmp=$BATS_TEST_TMPDIR
	site=$tmp/site
	store-init -d "$site"
}

# What the store has of each batch.
batches() {
	store-dump -d "$site" -k batches | grep -v '^@'
}

sql() {
	sqlite3 "$site/site.db" "$@"
}
