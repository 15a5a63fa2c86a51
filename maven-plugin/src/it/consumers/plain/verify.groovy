// The archive is an artifact like any other. The image has the paths of the copies, and none of the local repository.
def log = new File(basedir, 'build.log').text
assert log.contains('[INFO] image ready: "')
assert log.contains('restored in ')
assert log =~ /\[INFO\] a container of the image needs [0-9]+ MiB of memory at least, [0-9]+ MiB for the whole heap/
assert log.count(' is whole') == 3
def repository = new File(basedir, '../../repository/consumer/plain/1')
assert new File(repository, 'plain-1-crjvm.tar.zst').length() == new File(basedir, 'target/plain-1-crjvm.tar.zst').length()
def manifest = new File(basedir, 'target/crjvm/image/manifest').text
assert manifest.contains("${basedir}/target/crjvm/application/lib/commons-io")
assert !manifest.contains('/repository/commons-io')
assert new File(basedir, 'target/crjvm/distribution').isDirectory()
assert !new File(basedir, 'target/crjvm').list().any { it.startsWith('verify-') }
