namespace Gateway.Service.Tests.Running;

/// <summary>A configuration as provisioning renders it.</summary>
public static class SampleConfiguration
{
    public const string Text =
        """
        {
          "formatVersion": 1,
          "site": "Example hospital",
          "dicom": {
            "aeTitle": "DICOMMAIL", "bindAddress": "127.0.0.1", "port": 11112,
            "maximumPduBytes": 131072, "maximumObjectBytes": 8589934592, "maximumAssociations": 64, "idleTimeoutSeconds": 60,
            "callers": [ { "aeTitle": "PACS", "addresses": ["10.0.0.0/8", "127.0.0.1"] } ]
          },
          "spool": { "folder": "E:\\VISUS\\images" },
          "ledger": { "provider": "sqlite", "file": "D:\\VISUS\\data\\ledger.db" },
          "health": { "address": "127.0.0.1", "port": 8480 },
          "logs": { "folder": "D:\\VISUS\\logs", "retainDays": 30 }
        }
        """;
}
