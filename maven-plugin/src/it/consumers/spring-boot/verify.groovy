def log = new File(basedir, 'build.log').text
assert log.contains('at=auto: the application is warm: it listens on port 28473')
assert log.contains('restored in ')
assert log.count(' is whole') == 2
assert new File(basedir, 'target/crjvm/image/manifest').text.contains("command.main=${basedir}/target/crjvm/application/spring-boot-1.jar")
