using System.Net;
using System.Net.Sockets;
using Gateway.Service.Configuration;
using Gateway.Service.Ledgers;
using Gateway.Service.Receiving;
using Gateway.Service.Spooling;
using Microsoft.Data.Sqlite;

namespace Gateway.Service.Startup;

/// <summary>
/// Takes hold of what the configuration names on this machine: folders, ports, the ledger. What cannot be had is a problem.
/// </summary>
internal sealed class MachineCheck : IDisposable
{
    private readonly List<Problem> problems = [];

    private MachineCheck()
    {
    }

    public IReadOnlyList<Problem> Problems => problems;

    public ListeningSocket? Listening { get; private set; }

    public Spool? Spool { get; private set; }

    public Ledger? Ledger { get; private set; }

    /// <summary>How many unfinished files the last run left.</summary>
    public int Leftovers { get; private set; }

    /// <summary>Where a damaged ledger was moved to.</summary>
    public string? LedgerLaidAside { get; private set; }

    public static MachineCheck Of(ServiceSettings settings, TimeProvider time)
    {
        var check = new MachineCheck();
        var spoolIsUsable = check.IsUsable("/spool/folder", settings.SpoolFolder);
        var ledgerIsUsable = check.IsUsable("/ledger/file", Path.GetDirectoryName(settings.LedgerFile)!);
        _ = check.IsUsable("/logs/folder", settings.LogFolder);
        check.Listening = check.Bind("/dicom/port", settings.DicomEndPoint);
        check.Bind("/health/port", settings.HealthEndPoint)?.Dispose();
        if (check.problems.Count == 0 && spoolIsUsable && ledgerIsUsable)
            check.OpenStores(settings, time);
        return check;
    }

    public void Dispose()
    {
        Listening?.Dispose();
        Ledger?.Dispose();
    }

    private bool IsUsable(string place, string folder)
    {
        if (!Directory.Exists(folder))
        {
            problems.Add(new Problem(
                "GW7011", place, $"no folder {folder}", "a folder that is there", "Apply the manifest: provisioning makes the folder."));
            return false;
        }

        try
        {
            var probe = Path.Combine(folder, $".write-{Guid.NewGuid():N}");
            File.Create(probe).Dispose();
            File.Delete(probe);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(
                "GW7012", place, $"the folder {folder}, which cannot be written ({failure.Message})",
                "a folder that the service's account may write",
                "Apply the manifest: provisioning sets the access rights; look at the free space of the volume too.",
                ExitCodes.InputOutput));
            return false;
        }
    }

    private ListeningSocket? Bind(string place, IPEndPoint endPoint)
    {
        try
        {
            return ListeningSocket.Bind(endPoint);
        }
        catch (SocketException failure)
        {
            var found = failure.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"{endPoint}, which another program listens on",
                SocketError.AddressNotAvailable => $"{endPoint}, which is no address of this machine",
                _ => $"{endPoint}, which cannot be listened on ({failure.Message})",
            };
            problems.Add(new Problem(
                "GW7010", place, found, "a free port on an address of this machine",
                "Stop the other program (another instance of this service?), or change the port in the manifest.", ExitCodes.InputOutput));
            return null;
        }
    }

    private void OpenStores(ServiceSettings settings, TimeProvider time)
    {
        try
        {
            Spool = Spool.Open(settings.SpoolFolder, out var leftovers);
            Leftovers = leftovers;
            Ledger = Ledger.Open(settings.LedgerFile, time, out var laidAside);
            LedgerLaidAside = laidAside;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(
                "GW7012", "/spool/folder", $"a spool that cannot be opened ({failure.Message})",
                "a folder that the service's account may write",
                "Look at the access rights of the folder and what is in it.", ExitCodes.InputOutput));
        }
        catch (SqliteException failure)
        {
            problems.Add(new Problem(
                "GW7013", "/ledger/file", $"{settings.LedgerFile}, which cannot be opened ({failure.Message})",
                "an SQLite database, or no file",
                "Stop the program that holds it, or look at its access rights; where it is lost, the service rebuilds it.",
                ExitCodes.InputOutput));
        }
    }
}
