/** Tests of faults: killed processes, full disks, damaged images. */
package crjvm.it.fault;
