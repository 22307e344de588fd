using System.IO.Compression;
using System.Text;

namespace Gateway.Provisioning.Tests.Machines.Windows.Packages;

/// <summary>
/// An archive laid out as MariaDB's ZIP distribution for Windows is, whose programs are Debian's own MariaDB: behind each name of the distribution a script starts the real program, with the
/// options that the Windows one has and the Linux one has not translated, and writes down what it was called with.
/// </summary>
internal static class MariaDbPayload
{
    public const string Server = "/usr/sbin/mariadbd";
    public const string Client = "/usr/bin/mariadb";
    private const int Executable = 0b111_101_101 << 16;

    public static string? Missing => File.Exists(Server) && File.Exists(Client) ? null : "MariaDB is not installed (mariadb-server-core, mariadb-client-core)";

    /// <summary>Writes one.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="calls">Where its programs write how they were called.</param>
    /// <param name="more">Further files, by name.</param>
    public static void Write(string path, string calls, params string[] more)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        Add(archive, "bin/mariadbd.exe", $"""
            #!/bin/sh
            echo "mariadbd $*" >> '{calls}'
            fail='{calls}.fail'; [ -e "$fail" ] && grep -q "^$1\$" "$fail" && exit 3
            case $1 in --version) exec {Server} --version ;; esac
            for one; do shift; case $one in --basedir=*) ;; *) set -- "$@" "$one" ;; esac; done
            exec {Server} "$@" --user=root --innodb-buffer-pool-size=8M
            """);
        Add(archive, "bin/mariadb-install-db.exe", $"""
            #!/bin/sh
            echo "mariadb-install-db $*" >> '{calls}'
            fail='{calls}.fail'; [ -e "$fail" ] && grep -q '^install$' "$fail" && exit 3
            data=$(echo "$1" | sed s/^--datadir=//)
            [ -z "$(ls -A "$data" 2>/dev/null)" ] || exit 1
            mkdir -p "$data" && /usr/bin/mariadb-install-db --no-defaults --datadir="$data" --user=root --auth-root-authentication-method=normal --skip-test-db > /dev/null || exit 1
            echo "[mysqld] datadir=$data" > "$data/my.ini"
            """);
        Add(archive, "share/english/errmsg.sys", "words");
        foreach (var name in more)
            Add(archive, name, name);
    }

    private static void Add(ZipArchive archive, string name, string content)
    {
        var entry = archive.CreateEntry($"mariadb-winx64/{name}", CompressionLevel.Fastest);
        entry.ExternalAttributes = Executable;
        using var stream = entry.Open();
        stream.Write(Encoding.UTF8.GetBytes(content.ReplaceLineEndings("\n")));
    }
}
