using System.ComponentModel.DataAnnotations;
using Gateway.Provisioning.Manifest.Controls;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>The web client.</summary>
public sealed record WebClient
{
    /// <summary>Its HTTPS port.</summary>
    [Range(1, 65535)]
    public int Port { get; init; } = 8443;

    /// <summary>What a page may take of a client's memory with a large study (CLI-3).</summary>
    public ByteSize ClientMemory { get; init; } = Required.ClientMemory;

    /// <summary>The browsers that a release is tested in (CLI-2).</summary>
    public IReadOnlyList<string> Browsers { get; init; } = Required.Browsers;
}

/// <summary>Ways of remote maintenance that the system requirements allow.</summary>
public enum RemoteAccessKind
{
    /// <summary>An IPsec site-to-site connection.</summary>
    Ipsec,

    /// <summary>The SecureLink client on the gateway.</summary>
    SecureLink,

    /// <summary>CGM AnyDesk, which is not the free AnyDesk.</summary>
    CgmAnyDesk,
}

/// <summary>Remote access for installation and maintenance.</summary>
public sealed record RemoteAccess
{
    /// <summary>The way.</summary>
    public required RemoteAccessKind Kind { get; init; }

    /// <summary>Who provides it.</summary>
    public required string Owner { get; init; }

    /// <summary>The Windows service of its client, where there is one; CGM AnyDesk always has one.</summary>
    public string? ClientService { get; init; }

    /// <summary>What the client's display name must contain, to tell the right build from the free one; CGM AnyDesk needs it (REM-1).</summary>
    public string? ClientBuild { get; init; }
}

/// <summary>The machine's clock.</summary>
public sealed record TimeSection
{
    /// <summary>The clock may differ from its source by this many milliseconds (X-TIME).</summary>
    [Range(10, 60000)]
    public int MaximumOffsetMilliseconds { get; init; } = 1000;
}

/// <summary>Deletion periods.</summary>
public sealed record Retention
{
    /// <summary>Logs are kept for this many days (X-RET).</summary>
    [Range(1, 3650)]
    public int LogDays { get; init; } = 30;

    /// <summary>Images whose delivery is not proved are kept for this many days at most (X-RET).</summary>
    [Range(1, 3650)]
    public int ImageMaximumDays { get; init; } = 30;

    /// <summary>Images that all their targets have are kept for this many hours (X-RET).</summary>
    [Range(0, 87600)]
    public int DeliveredHours { get; init; } = 168;
}

/// <summary>A registry value below HKEY_LOCAL_MACHINE.</summary>
public sealed record RegistrySetting
{
    /// <summary>Names the value in plans and reports.</summary>
    public required ItemId Id { get; init; }

    /// <summary>The key below HKEY_LOCAL_MACHINE.</summary>
    [RegularExpression(@"^SOFTWARE\\[^\\]+(\\[^\\]+)*$")]
    public required string Key { get; init; }

    /// <summary>The value's name.</summary>
    public required string Name { get; init; }

    /// <summary>The text that it holds (REG_SZ).</summary>
    public required string Text { get; init; }

    /// <summary>Resources that must hold first, by id.</summary>
    public IReadOnlyList<ResourceId> DependsOn { get; init; } = [];
}

/// <summary>A third-party payload.</summary>
public sealed record Payload
{
    /// <summary>Names the payload.</summary>
    public required ItemId Id { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>Its file name.</summary>
    public required string File { get; init; }

    /// <summary>The digest of the file. Without one it is never installed on a real machine.</summary>
    public Sha256Digest? Sha256 { get; init; }

    /// <summary>The payloads of the default site. Their digests are pinned by whoever downloads them from their makers.</summary>
    public static IReadOnlyList<Payload> Defaults { get; } =
    [
        new() { Id = ItemId.Of("mariadb"), Version = "11.4", File = "mariadb-winx64.zip" },
        new() { Id = ItemId.Of("check-mk-agent"), Version = "2.3", File = "check_mk_agent.msi" },
    ];
}

/// <summary>What a rehearsal uses in place of the world.</summary>
public sealed record Rehearsal
{
    /// <summary>Names and the loopback addresses that they resolve to in a rehearsal. A name that is missing here is an error, so that no rehearsal asks the real world.</summary>
    public IReadOnlyDictionary<HostName, RehearsedHost> Hosts { get; init; } = new Dictionary<HostName, RehearsedHost>();
}

/// <summary>Where a name leads in a rehearsal.</summary>
public sealed record RehearsedHost
{
    /// <summary>A loopback address.</summary>
    public required AddressRange Address { get; init; }

    /// <summary>Ports on which a real peer stands in, by the port that the manifest names: <c>{"25": 10025}</c>. Other ports answer as the facts file says.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; init; } = new Dictionary<string, int>();
}
