def log = new File(basedir, 'build.log').text
assert log.contains('the tool was told [something]\n')
assert log.contains('the tool was told [7]\n')
assert log.contains('the application ended with status 7; see its output above')
assert log.contains("there is no image \"${basedir}/target/none\"; run the goal checkpoint first, or set crjvm.image")
assert log.contains("crjvm unpack failed: \"${basedir}/pom.xml\" is not an archive of an image")
assert new File(basedir, 'target/tool-1-crjvm.tar.zst').isFile()
