using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Manifest.Sections;

/// <summary>Who may do what in a folder. SYSTEM and Administrators always have full control; ordinary users have none.</summary>
public enum FolderAccess
{
    /// <summary>Nobody else.</summary>
    Administrators,

    /// <summary>The gateway service reads.</summary>
    ServiceReads,

    /// <summary>The gateway service reads and writes.</summary>
    ServiceModifies,

    /// <summary>The database service reads.</summary>
    DatabaseReads,

    /// <summary>The database service reads and writes.</summary>
    DatabaseModifies,
}

/// <summary>A folder with its access rights; inheritance from the drive is cut.</summary>
public sealed record FolderSetting
{
    /// <summary>Names the folder in plans and reports.</summary>
    public required ItemId Id { get; init; }

    /// <summary>The folder.</summary>
    public required WindowsPath Path { get; init; }

    /// <summary>Who may do what in it.</summary>
    public required FolderAccess Access { get; init; }

    /// <summary>Resources that must hold first, by id (<c>folder/images</c>).</summary>
    public IReadOnlyList<ResourceId> DependsOn { get; init; } = [];

    /// <summary>The folders of the default site.</summary>
    public static IReadOnlyList<FolderSetting> Defaults { get; } =
    [
        Of("config", @"D:\VISUS\config", FolderAccess.ServiceReads),
        Of("data", @"D:\VISUS\data", FolderAccess.ServiceModifies),
        Of("logs", @"D:\VISUS\logs", FolderAccess.ServiceModifies),
        Of("database", @"D:\mariaDB", FolderAccess.DatabaseModifies),
        Of("images", @"E:\VISUS\images", FolderAccess.ServiceModifies),
        Of("backup", @"E:\backup", FolderAccess.Administrators),
        Of("database-config", @"D:\VISUS\config\database", FolderAccess.DatabaseReads),
        Of("database-programs", @"D:\VISUS\MariaDB", FolderAccess.DatabaseReads),
        Of("scan", @"E:\VISUS\scan", FolderAccess.ServiceModifies),
    ];

    private static FolderSetting Of(string id, string path, FolderAccess access) =>
        new() { Id = ItemId.Of(id), Path = WindowsPath.Of(path), Access = access };
}
