package crjvm.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UserStepTest {
  private static final String ACCOUNTS =
      """
      root:x:0:0:root:/root:/bin/bash
      broken
      app:x:1001:1001:App, Inc.:/home/app:/bin/sh
      """;

  @Test
  void aUserIsFoundByItsNumber() {
    assertThat(UserStep.find(ACCOUNTS, 1001)).startsWith("app").contains("/home/app");
  }

  @Test
  void anUnknownUserIsNone() {
    assertThat(UserStep.find(ACCOUNTS, 1)).isNull();
  }
}
