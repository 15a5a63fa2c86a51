/** What breaks: killed processes, full disks, damaged images. */
package crjvm.it.fault;
