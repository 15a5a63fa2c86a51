// Each failure is one line, and no process of the build is left.
def log = new File(basedir, 'build.log').text
def has = { String text -> assert log.contains(text) }
has('[WARNING] skipped: no image can be made on this machine: "/nonexistent" can\'t be written to; make room or set TMPDIR')
has(': no image can be made on this machine: "/nonexistent" can\'t be written to; make room or set TMPDIR')
has('[INFO] skipped: crjvm.skip is set')
has('[WARNING] skipped: no image can be made on this machine: this is "FreeBSD amd64"; crjvm runs on Linux on x86-64 and on 64-bit ARM (aarch64)')
assert log.count('skipped: ') == 3
has(': ifImpossible can\'t be "perhaps"; use skip or fail')
has('failing-1.jar" names no main class; set mainClass')
has(': "/nonexistent" is not a distribution folder of crjvm: it has no "crjvm.jar"; correct crjvm.home, or leave it out')
has(': timeLimit can\'t be "0"; use seconds from 1 to 86400')
has(': there is no image: warm-up failed: ')
has(': there is no image: the application ended, and there is no image; see the end of its output above; the whole output is in "')
has('[ERROR]   | no database at 192.0.2.1')
has(': there is no image: no image within 3 s; give a larger time limit; the whole output is in "')
has(': there is no image: the restored application\'s answer of "http://127.0.0.1:28472/" does not contain "nothing"; ')
def left = ProcessHandle.allProcesses().filter { it.info().commandLine().orElse('').with { it.contains("${basedir}/target/") || it.contains('sleep 86399') } }.toList()
assert left.isEmpty()
