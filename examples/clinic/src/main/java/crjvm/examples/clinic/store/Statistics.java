package crjvm.examples.clinic.store;

import java.math.BigDecimal;

/** The clinic in a few numbers. */
public record Statistics(
    long patients,
    long practitioners,
    long appointments,
    long abnormalLabTests,
    BigDecimal unpaidInvoices) {}
