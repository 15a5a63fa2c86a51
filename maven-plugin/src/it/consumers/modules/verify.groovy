// Each checkpoint was tried by an address whose answer names JDK, class path and privileges.
def log = new File(basedir, 'build.log').text
assert log.count('restored in ') == 2
assert new File(basedir, 'app/target/crjvm/restore.log').isFile()
def image = "${basedir}/app/target/crjvm/image"
assert log.contains("\"${image}\" is whole, and now signed")
assert log.contains("\"${image}\" is whole, and signed by a key of \"${basedir}/public.pem\"")
assert log.contains("is not signed by a key of \"${basedir}/other.pem\"")

// The parent reports the skip once in each build.
assert log.count('[INFO] skipped: a project of packaging pom has no application') == 2
assert log.count('skipped: ') == 2
assert !new File(basedir, 'target').exists()
