/** Tests of the packaged product: real JVMs, real CRIU, real sockets, as an ordinary user. */
package crjvm.it;
