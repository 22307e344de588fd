namespace Gateway.Rig.PowerShellServer.Contract.SmbShare;

/// <summary>The shares of the rig's machine: section <c>shares</c> of the state file. A fresh one has those that Windows makes itself.</summary>
public sealed class SharesState
{
    /// <summary>The section's name.</summary>
    public const string Section = "shares";

    public List<ShareState> Shares { get; set; } =
    [
        new() { Name = "ADMIN$", Path = @"C:\Windows", Description = "Remote Admin", Special = true },
        new() { Name = "C$", Path = @"C:\", Description = "Default share", Special = true },
        new() { Name = "D$", Path = @"D:\", Description = "Default share", Special = true },
        new() { Name = "IPC$", Description = "Remote IPC", Special = true, ShareType = 3 },
    ];
}

/// <summary>One share.</summary>
public sealed class ShareState
{
    public string Name { get; set; } = string.Empty;

    /// <summary>Null when it shares no folder.</summary>
    public string? Path { get; set; }

    public string? Description { get; set; }

    public bool Special { get; set; }

    /// <summary>"MSFT_SmbShare class", ShareType: 0 a folder, 1 a print queue, 2 a device, 3 interprocess communication.</summary>
    public uint ShareType { get; set; }
}
