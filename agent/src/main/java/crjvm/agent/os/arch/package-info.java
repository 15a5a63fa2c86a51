package crjvm.agent.os.arch;
