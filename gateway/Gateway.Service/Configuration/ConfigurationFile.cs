using System.Net;
using System.Text.Json;
using Gateway.Dicom.Identifiers;
using Gateway.Service.Startup;

namespace Gateway.Service.Configuration;

/// <summary>Reads the configuration file: either settings, or every problem of it.</summary>
internal sealed class ConfigurationFile
{
    private const string Mend = "Change it in the manifest and apply that again; this file is rendered from it.";

    private readonly List<Problem> problems = [];
    private readonly DriveMap drives;

    private ConfigurationFile(DriveMap drives) => this.drives = drives;

    /// <summary>Reads the file.</summary>
    /// <returns>The settings, null where there is a problem; and the problems.</returns>
    public static (ServiceSettings? Settings, IReadOnlyList<Problem> Problems) Read(string path, DriveMap drives)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, [new Problem("GW7001", path, $"a file that cannot be read ({failure.Message})", "a readable file",
                "Apply the manifest: provisioning renders this file.")]);
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            var shape = ShapeCheck.Of(document.RootElement, typeof(ServiceConfiguration));
            if (shape.Count > 0)
                return (null, shape);
            return new ConfigurationFile(drives).Interpret(document.Deserialize<ServiceConfiguration>(ConfigurationFormat.Options)!);
        }
        catch (JsonException failure)
        {
            return (null, [new Problem("GW7002", path, $"text that is not JSON ({failure.Message})", "JSON without comments",
                "Apply the manifest: provisioning renders this file.")]);
        }
    }

    private (ServiceSettings? Settings, IReadOnlyList<Problem> Problems) Interpret(ServiceConfiguration configuration)
    {
        var dicom = configuration.Dicom;
        var dicomEndPoint = new IPEndPoint(Address("/dicom/bindAddress", dicom.BindAddress), dicom.Port);
        var healthEndPoint = new IPEndPoint(Address("/health/address", configuration.Health.Address), configuration.Health.Port);
        if (!IPAddress.IsLoopback(healthEndPoint.Address))
            Add("GW7008", "/health/address", $"\"{configuration.Health.Address}\"", "a loopback address, such as 127.0.0.1");
        if (dicomEndPoint.Port == healthEndPoint.Port)
            Add("GW7006", "/health/port", $"{healthEndPoint.Port}, the DICOM port", "another port");

        var settings = new ServiceSettings
        {
            AeTitle = Title("/dicom/aeTitle", dicom.AeTitle),
            DicomEndPoint = dicomEndPoint,
            MaximumPduBytes = dicom.MaximumPduBytes,
            MaximumObjectBytes = dicom.MaximumObjectBytes,
            MaximumAssociations = dicom.MaximumAssociations,
            IdleTimeout = TimeSpan.FromSeconds(dicom.IdleTimeoutSeconds),
            Callers = [.. dicom.Callers.Select(Caller)],
            SpoolFolder = Folder("/spool/folder", configuration.Spool.Folder),
            LedgerFile = Folder("/ledger/file", configuration.Ledger.File),
            HealthEndPoint = healthEndPoint,
            LogFolder = Folder("/logs/folder", configuration.Logs.Folder),
            LogRetainDays = configuration.Logs.RetainDays,
        };
        return problems.Count == 0 ? (settings, problems) : (null, problems);
    }

    private CallerRule Caller(CallerSection caller, int index)
    {
        List<IPNetwork> networks = [];
        foreach (var (position, text) in caller.Addresses.Index())
        {
            if (CallerRule.TryParseNetwork(text, out var network))
                networks.Add(network);
            else
                Add("GW7008", $"/dicom/callers/{index}/addresses/{position}", $"\"{text}\"",
                    "an IP address, or a network such as 10.0.0.0/8");
        }

        return new CallerRule(Title($"/dicom/callers/{index}/aeTitle", caller.AeTitle), networks);
    }

    private AeTitle Title(string place, string text)
    {
        if (!AeTitle.TryParse(text, out var title))
            Add("GW7007", place, $"\"{text}\"", "an AE title: 1 to 16 printable ASCII characters without backslash");
        return title;
    }

    private IPAddress Address(string place, string text)
    {
        if (IPAddress.TryParse(text, out var address))
            return address;
        Add("GW7008", place, $"\"{text}\"", "an IP address");
        return IPAddress.Loopback;
    }

    private string Folder(string place, string text)
    {
        if (WindowsPath.TryParse(text, out var path))
            return drives.Resolve(path);
        Add("GW7009", place, $"\"{text}\"", WindowsPath.Allowed);
        return "";
    }

    private void Add(string code, string place, string found, string allowed) =>
        problems.Add(new Problem(code, place, found, allowed, Mend));
}
