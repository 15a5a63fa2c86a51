/** The implementation that org.crac looks for. The application can see it. */
package crjvm.crac;
