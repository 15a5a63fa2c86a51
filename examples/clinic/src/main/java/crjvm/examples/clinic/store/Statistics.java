package crjvm.examples.clinic.store;

import java.math.BigDecimal;

/** A few numbers that describe the clinic. */
public record Statistics(
    long patients,
    long practitioners,
    long appointments,
    long abnormalLabTests,
    BigDecimal unpaidInvoices) {}
