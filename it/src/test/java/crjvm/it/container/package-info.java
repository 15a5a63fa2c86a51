/** Images that are made and restored in containers. */
package crjvm.it.container;
