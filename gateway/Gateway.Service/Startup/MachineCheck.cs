using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Gateway.Service.Asking;
using Gateway.Service.Configuration;
using Gateway.Service.Indexing;
using Gateway.Service.Receiving;
using Gateway.Service.Securing;
using Gateway.Service.Spooling;
using MySqlConnector;

namespace Gateway.Service.Startup;

/// <summary>
/// Takes hold of what the configuration names on this machine: folders, ports, the database's password. What cannot be had is a problem. A
/// database that is away is none: images are received without it.
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

    public Dialect? Database { get; private set; }

    /// <summary>What a caller of the loopback API shows.</summary>
    public ApiToken? Token { get; private set; }

    /// <summary>How many unfinished files the last run left.</summary>
    public int Leftovers { get; private set; }

    public static MachineCheck Of(ServiceSettings settings)
    {
        var check = new MachineCheck();
        var spoolIsUsable = check.IsUsable("/spool/folder", settings.SpoolFolder);
        check.Database = check.UsableDatabase(settings.Index);
        if (check.IsUsable("/logs/folder", settings.LogFolder))
            check.MakeAuditFolder(settings.Audit.Folder);
        if (settings.Mail is { } mail)
            _ = check.IsUsable("/mail/scanFolder", mail.ScanFolder);
        check.Listening = check.Bind("/dicom/port", settings.DicomEndPoint);
        check.Bind("/health/port", settings.HealthEndPoint)?.Dispose();
        if (check.problems.Count == 0 && spoolIsUsable)
            check.OpenSpool(settings);
        return check;
    }

    public void Dispose()
    {
        Listening?.Dispose();
        Spool?.Dispose();
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

    private void MakeAuditFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(
                "GW7012", "/audit/folder", $"the folder {folder}, which cannot be made ({failure.Message})", "a folder that the service's account may make and write",
                "Lay it below the log folder, or have the manifest make it.", ExitCodes.InputOutput));
            return;
        }

        _ = IsUsable("/audit/folder", folder);
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

    private Dialect? UsableDatabase(IndexSettings index)
    {
        if (index.Server is null && !IsUsable("/index/file", Path.GetDirectoryName(index.File)!))
            return null;
        var (database, problem) = DatabaseOf(index);
        if (problem is not null)
            problems.Add(problem);
        return database;
    }

    /// <summary>The database of the settings, not yet opened; or why its password cannot be read.</summary>
    public static (Dialect? Database, Problem? Problem) DatabaseOf(IndexSettings index)
    {
        if (index.Server is not { } server)
            return (new Dialect.Sqlite(index.File), null);
        try
        {
            return (new Dialect.MariaDb(new MySqlConnectionStringBuilder
            {
                Server = server.Address,
                Port = (uint)server.Port,
                Database = server.Database,
                UserID = server.User,
                Password = server.PasswordFile is { } password ? SecretFile.Read(password) : "",
                CharacterSet = "utf8mb4",
                ConnectionTimeout = 5,
            }), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return (null, new Problem(
                "GW7013", "/index/passwordFile", $"{server.PasswordFile}, which cannot be read ({failure.Message})", "the file that holds the password of the database's account",
                "Apply the manifest: provisioning makes it and lets the service's account read it.", ExitCodes.InputOutput));
        }
    }

    private void OpenSpool(ServiceSettings settings)
    {
        try
        {
            Spool = Spool.Open(settings.SpoolFolder, out var leftovers);
            Leftovers = leftovers;
            Directory.CreateDirectory(Spool.LedgerFolder);
            Token = ApiToken.Make(Path.GetDirectoryName(settings.Index.File)!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(
                "GW7012", "/spool/folder", $"a spool that cannot be opened ({failure.Message})",
                "a folder that the service's account may write",
                "Look at the access rights of the folder and what is in it.", ExitCodes.InputOutput));
        }
    }
}
