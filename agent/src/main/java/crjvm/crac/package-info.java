/** The implementation that org.crac looks for; visible to the application. */
package crjvm.crac;
