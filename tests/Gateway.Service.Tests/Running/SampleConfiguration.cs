using System.Net;
using System.Text.Json.Nodes;

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
            "tls": { "certificateFile": "", "keyFile": "", "keyPasswordFile": "", "certificateSubject": "", "authorityFile": "", "checkPeer": true },
            "callers": [ { "aeTitle": "PACS", "addresses": ["10.0.0.0/8", "127.0.0.1"], "userName": "", "passcodeFile": "", "maximumOperations": 1 } ],
            "emergencyAeTitle": "EMERGENCY", "bulkAeTitle": "ARCHIVE"
          },
          "spool": { "folder": "E:\\VISUS\\images", "emergencyReserveBytes": 2000000, "floorBytes": 1000000, "keepDeliveredHours": 168, "keepAtMostDays": 30 },
          "index": {
            "provider": "sqlite", "file": "D:\\VISUS\\data\\index.db", "server": "", "port": 0, "database": "", "user": "", "passwordFile": ""
          },
          "targets": { "dicom": [], "partners": [ { "id": "maximum-care", "virtualAeTitle": "TO_MAXCARE" } ] },
          "routes": [],
          "mail": {
            "transport": "none", "address": "", "account": "", "folder": "", "servers": [], "authoritySha256": "", "authorityFile": "", "revocation": "off", "certificateSubject": "",
            "certificateFile": "", "pollSeconds": 1, "checkAt": "", "keysFolder": "D:\\VISUS\\data\\keys", "partnersFolder": "D:\\VISUS\\data\\partners", "scanFolder": "E:\\VISUS\\scan", "scanCommand": []
          },
          "completion": { "seriesSeconds": 1, "studySeconds": 2, "forcedSeconds": 30, "emergencyInstances": 25, "emergencyMilliseconds": 200 },
          "retry": { "firstSeconds": 1, "longestSeconds": 4, "giveUpHours": 1 },
          "health": { "address": "127.0.0.1", "port": 8480 },
          "logs": { "folder": "D:\\VISUS\\logs", "retainDays": 30 },
          "audit": { "folder": "D:\\VISUS\\logs\\audit", "retainDays": 365 },
          "syslog": { "host": "", "port": 0, "authorityFile": "" },
          "alarms": {
            "emergencyMinutes": 15, "quietMinutes": 60,
            "mail": { "host": "", "port": 0, "startTls": "required", "authorityFile": "", "from": "", "to": [] },
            "webhook": { "url": "", "tokenFile": "" }
          }
        }
        """;

    /// <summary>Everything goes to one target, "pacs".</summary>
    public static Action<JsonObject> SendingTo(IPEndPoint target, string title = "TARGET") => configuration =>
    {
        configuration["targets"]!["dicom"]!.AsArray().Add(Target("pacs", target, title));
        configuration["routes"]!.AsArray().Add(new JsonObject
        {
            ["id"] = "all", ["calledAeTitle"] = "", ["callingAeTitle"] = "", ["modality"] = "", ["description"] = "", ["bodyPart"] = "", ["from"] = "", ["until"] = "",
            ["to"] = new JsonArray("pacs"), ["priority"] = "normal",
        });
    };

    /// <summary>A target that leaves ids as they are.</summary>
    public static JsonObject Target(string id, IPEndPoint target, string title) =>
        new()
        {
            ["id"] = id, ["aeTitle"] = title, ["host"] = "127.0.0.1", ["port"] = target.Port, ["patientIdPrefix"] = "", ["patientIdIssuer"] = "", ["accessionPrefix"] = "",
            ["accessionIssuer"] = "", ["storageCommitment"] = false, ["commitmentMinutes"] = 60, ["tls"] = Clear(), ["userName"] = "", ["passcodeFile"] = "", ["maximumOperations"] = 1, ["patientIdTable"] = "", ["accessionTable"] = "", ["unmapped"] = "deadLetter",
        };

    /// <summary>A caller on loopback that may be any user.</summary>
    public static JsonObject Caller(string title) =>
        new() { ["aeTitle"] = title, ["addresses"] = new JsonArray("127.0.0.1"), ["userName"] = "", ["passcodeFile"] = "", ["maximumOperations"] = 1 };

    /// <summary>No encryption.</summary>
    public static JsonObject Clear() => new()
    {
        ["certificateFile"] = "", ["keyFile"] = "", ["keyPasswordFile"] = "", ["certificateSubject"] = "", ["authorityFile"] = "", ["checkPeer"] = true,
    };
}
