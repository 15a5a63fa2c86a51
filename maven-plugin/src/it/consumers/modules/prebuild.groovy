// Makes keys, and a toolchain with JDK 25, the newest JDK that crjvm is tested with.
import java.security.KeyPairGenerator
import java.util.Base64

def pem = { String name, String what, byte[] key ->
  def text = Base64.getMimeEncoder(64, '\n'.bytes).encodeToString(key)
  new File(basedir, name).text = "-----BEGIN ${what}-----\n${text}\n-----END ${what}-----\n"
}
def generator = KeyPairGenerator.getInstance('Ed25519')
def pair = generator.generateKeyPair()
pem('private.pem', 'PRIVATE KEY', pair.private.encoded)
pem('public.pem', 'PUBLIC KEY', pair.public.encoded)
pem('other.pem', 'PUBLIC KEY', generator.generateKeyPair().public.encoded)

def release = new File('/usr/lib/jvm').listFiles().sort().collect { new File(it, 'release') }.find {
  it.isFile() && it.text.contains('JAVA_VERSION="25') && new File(it.parentFile, 'bin/javac').canExecute()
}
if (release == null) {
  assert System.getenv('CRJVM_MUST_RUN') != '1' : 'there is no JDK 25 in /usr/lib/jvm'
  println 'there is no JDK 25 in /usr/lib/jvm: the toolchain is the JDK of this build'
}
def home = release == null ? System.getProperty('java.home') : release.parentFile.toPath().toRealPath().toString()
def configuration = new File(basedir, '.mvn/maven.config')
configuration.parentFile.mkdir()
configuration.text = "-t\n${basedir}/toolchains.xml\n-Dtoolchain.home=${home}\n"
new File(basedir, 'toolchains.xml').text = """\
<toolchains>
  <toolchain>
    <type>jdk</type>
    <provides><version>25</version></provides>
    <configuration><jdkHome>${home}</jdkHome></configuration>
  </toolchain>
</toolchains>
"""
return true
