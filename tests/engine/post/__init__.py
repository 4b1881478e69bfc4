"""The post against real mail servers on this machine."""
