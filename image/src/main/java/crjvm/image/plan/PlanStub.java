package crjvm.image.plan;

import crjvm.image.arch.VdsoSymbol;
import java.nio.ByteBuffer;

/** The address of a function of the dumped vDSO, and which function it was. */
public record PlanStub(long address, Function function) implements PlanRecord {
  /** The value of PLAN_KEPT_STUBS. */
  static final int MOST = 8;

  /** The functions, in the order of enum plan_vdso_function. */
  public enum Function {
    CLOCK_GETTIME(VdsoSymbol.CLOCK_GETTIME),
    GETTIMEOFDAY(VdsoSymbol.GETTIMEOFDAY),
    TIME(VdsoSymbol.TIME),
    CLOCK_GETRES(VdsoSymbol.CLOCK_GETRES),
    GETCPU(VdsoSymbol.GETCPU),
    GETRANDOM(VdsoSymbol.GETRANDOM);

    private final String symbol;

    Function(String symbol) {
      this.symbol = symbol;
    }

    /** Returns the function's name in the vDSO's symbol table. */
    public String symbol() {
      return symbol;
    }
  }

  @Override
  public PlanSection section() {
    return PlanSection.STUBS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(address).putLong(function.ordinal());
  }
}
